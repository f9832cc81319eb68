"""The board as everybody sees it: without a login, on a phone, at a desk and on the screen in the lobby (GEN-03)."""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.attachments.views import serve
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from logistics.platform.printing.qr import qr_svg
from logistics.platform.printing.queries import base_address
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.middleware import address_of
from logistics.platform.web.public import PublicPage, busy, within
from logistics.platform.web.record_pages import add_refusal

from .models import BoardPost, QuestionKind
from .queries import answered_questions, categories_of, icon_of, public_attachment, service_phones, shown_posts
from .rules import LONGEST_QUESTION, ask

PAGE_SIZE = 20
PER_MINUTE = 120  # requests of one address: a whole school may stand behind one
PER_HOUR_ASKED = 10
SCREEN_SECONDS = 60
ON_SCREEN = 12
SCREEN_LETTERS = 260


class AskForm(forms.Form):
    """`website` is a trap: people do not see it, programs fill it in."""

    kind = forms.ChoiceField(label="类型", choices=QuestionKind.choices, initial=QuestionKind.QUESTION, widget=Picks(columns=2))
    text = Words(label="想问的、想说的", max_length=LONGEST_QUESTION, rows=3)
    name = Words(label="怎么称呼您", max_length=20, required=False)
    phone = forms.RegexField(r"^[\d\- ]{7,20}$", label="电话", required=False, error_messages={"invalid": "电话只写数字，例如 13800001111。"})
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))


class BoardPage(PublicPage):
    bucket, per_minute = "board", PER_MINUTE


class PublicBoard(BoardPage):
    """The newest posts, by category."""

    def get(self, request):
        posts = shown_posts(request.user, timezone.localdate())
        categories = categories_of(posts)
        chosen = dict(categories).get(request.GET.get("category"), "")
        if chosen:
            posts = posts.filter(category=request.GET["category"])
        page = Paginator(posts, PAGE_SIZE).get_page(request.GET.get("page"))
        shown = {"title": "公示栏", "page": page, "rows": [(post, icon_of(post)) for post in page], "categories": categories, "chosen": chosen}
        return render(request, "platform/board/public.html", shown | {"phones": service_phones(), "today": timezone.localdate()})


class PublicPost(BoardPage):
    """One post with its papers, what was asked and answered, and the form to ask."""

    def show(self, request, post, form, status=200):
        hung = list(attachments_of(post))
        posts = shown_posts(request.user, timezone.localdate())
        shown = {
            "post": post,
            "photos": [file for file in hung if file.is_picture],
            "papers": [file for file in hung if not file.is_picture],
            "questions": list(answered_questions(post)[:50]),
            "categories": categories_of(posts),
            "chosen": post.get_category_display(),
            "form": form,
        }
        return render(request, "platform/board/post.html", shown, status=status)

    def post_of(self, request, pk: int) -> BoardPost:
        return get_object_or_404(shown_posts(request.user, timezone.localdate()), pk=pk)

    def get(self, request, pk):
        return self.show(request, self.post_of(request, pk), AskForm())

    def post(self, request, pk):
        post, form = self.post_of(request, pk), AskForm(request.POST)
        if not form.is_valid():
            return self.show(request, post, form, status=422)
        fields = form.cleaned_data
        if fields.pop("website"):
            return render(request, "platform/board/asked.html", {"post": post})
        if not within(f"public.asked.{address_of(request)}", PER_HOUR_ASKED, 3600):
            return busy(request)
        try:
            ask(actor=asker(request), at=timezone.now(), post=post, **fields)
        except RuleViolation as refusal:
            add_refusal(form, refusal)
            return self.show(request, post, form, status=422)
        return render(request, "platform/board/asked.html", {"post": post}, status=201)


def asker(request) -> User:
    """The signed-in member of staff, otherwise the account of the public forms."""
    if request.user.is_authenticated:
        return request.user
    actor = User.objects.system("public")
    actor.source = f"公示栏 {address_of(request)}"
    return actor


class PublicFile(BoardPage):
    """A photo or PDF of a post that stands on the board, for whoever may read the post."""

    which = "file"

    def get(self, request, token):
        return serve(public_attachment(request.user, token, timezone.localdate()), self.which)


class PublicScreen(BoardPage):
    """For the screen in the lobby: one post at a time in large type; the page asks for the next one by itself."""

    def get(self, request):
        number = request.GET.get("n", "0")
        number = int(number) if number.isdecimal() and len(number) < 9 else 0
        posts = list(shown_posts(None, timezone.localdate())[:ON_SCREEN])
        post = posts[number % len(posts)] if posts else None
        return render(request, "platform/board/screen.html", self.shown(request, post) | {"number": number % max(1, len(posts)) + 1, "count": len(posts)})

    def shown(self, request, post: BoardPost | None) -> dict:
        around = {"title": "公示栏", "phones": service_phones()[:6], "now": timezone.now(), "seconds": SCREEN_SECONDS, "post": post}
        if post is None:
            return around
        text, photo = " ".join(post.paragraphs), next((file for file in attachments_of(post) if file.is_picture), None)
        address = f"{base_address(request)}{reverse('board:public-post', args=[post.pk])}"
        is_cut = len(text) > SCREEN_LETTERS
        return around | {
            "paragraphs": cut(post.paragraphs, SCREEN_LETTERS),
            "is_cut": is_cut,
            "photo": photo,
            "qr": qr_svg(address, "二维码，扫码看全文"),
        }


def cut(paragraphs: list[str], letters: int) -> list[str]:
    """The paragraphs up to so many characters, the last one ended with dots when something is left out."""
    kept = []
    for paragraph in paragraphs:
        if len(paragraph) > letters:
            return [*kept, f"{paragraph[:letters]}……"] if letters > 0 else kept
        kept.append(paragraph)
        letters -= len(paragraph)
    return kept
