"""收费 as everybody sees it: the list without a login, its papers, and the parent's own link (FIN-08)."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.queries import attachments_of_many
from logistics.platform.attachments.views import serve
from logistics.platform.board.queries import categories_of, shown_posts
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from logistics.platform.web.middleware import address_of
from logistics.platform.web.public import PublicPage, busy, within
from logistics.platform.web.record_pages import add_refusal

from .consent_rules import answer, check_open, due_by_code
from .forms import ConsentForm
from .models import FeeItem, FeeKind
from .queries import public_items

PER_MINUTE = 120  # requests of one address: a whole school may stand behind one
PER_HOUR_SIGNED = 600  # a parents' evening
WRONG_PER_HOUR = 20


class FeePage(PublicPage):
    bucket, per_minute = "fees", PER_MINUTE


class PublicFees(FeePage):
    """收费公示: what is charged today, by kind, with the approval to download."""

    def get(self, request):
        today = timezone.localdate()
        items = public_items(today)
        papers = attachments_of_many(items, "paper")
        groups = [(kind.label, [(item, papers[item.pk]) for item in items if item.kind == kind]) for kind in FeeKind]
        shown = {"groups": [group for group in groups if group[1]], "today": today, "chosen": "收费公示"}
        return render(request, "finance/public_fees.html", shown | {"categories": categories_of(shown_posts(request.user, today))})


class PublicFeeFile(FeePage):
    """The approval of an item that stands on the list today."""

    def get(self, request, token):
        paper = Attachment.objects.filter(token=token, kind=FeeItem._meta.label_lower, role="paper").first()
        listed = {item.pk for item in public_items(timezone.localdate())}
        return serve(paper if paper and paper.record_id in listed else None, "file")


@method_decorator([never_cache, csrf_exempt], name="dispatch")
class PublicConsent(PublicPage):
    """One student's consent behind a code that cannot be guessed; once answered it shows nothing of the student any more.

    No cookie is needed, which chat browsers do not always keep: nobody else's page can send the form, for it would need the code.
    """

    bucket, per_minute = "consent", PER_MINUTE

    def show(self, request, due, form, status=200):
        return self.hidden(render(request, "finance/public_consent.html", {"due": due, "item": due.charge.item, "form": form}, status=status))

    def over(self, request, words: str, status=410):
        return self.hidden(render(request, "finance/public_consent_over.html", {"words": words}, status=status))

    def hidden(self, response):
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    def due(self, request, code: str):
        """(due, answer): the due when the link can be answered, otherwise the page that says why not."""
        wrong = f"public.consent.wrong.{address_of(request)}"
        found = due_by_code(code)
        if found is None:
            if not within(wrong, WRONG_PER_HOUR, 3600):
                return None, busy(request)
            return None, self.over(request, "没有这个链接，请核对，或者请班主任再发一个。", 404)
        try:
            check_open(found, timezone.localdate())
        except RuleViolation as refusal:
            return None, self.over(request, refusal.message)
        return found, None

    def get(self, request, code):
        due, instead = self.due(request, code)
        return instead or self.show(request, due, ConsentForm())

    def post(self, request, code):
        due, instead = self.due(request, code)
        if instead:
            return instead
        form = ConsentForm(request.POST)
        if not form.is_valid():
            return self.show(request, due, form, 422)
        if not within(f"public.consent.signed.{address_of(request)}", PER_HOUR_SIGNED, 3600):
            return busy(request)
        actor = User.objects.system("public")
        actor.source = f"家长签名链接 {address_of(request)}"
        try:
            done = answer(actor=actor, at=timezone.now(), record=due, code=code, **form.cleaned_data)
        except RuleViolation as refusal:
            add_refusal(form, refusal)
            return self.show(request, due, form, 422)
        return self.hidden(render(request, "finance/public_consent_over.html", {"done": done, "words": ""}, status=201))
