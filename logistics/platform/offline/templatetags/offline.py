"""What templates say to the phone: which forms it may keep, on which record, and what waits."""

import json

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from logistics.platform.offline.declarations import all_forms, form_for, form_of, has_forms

register = template.Library()


def offline_user(context):
    """The signed-in person when one of the forms without network is for them; None otherwise."""
    user = context.get("user")
    if user is None or not user.is_authenticated or user.must_change_password:
        return None
    return user if has_forms(user) else None


@register.simple_tag(takes_context=True)
def offline_head(context):
    """Manifest and script of every page; the person's key, for who may work without network."""
    user = offline_user(context)
    who = format_html('<meta name="offline-user" content="{}" data-name="{}">', user.pk, user.name) if user else ""
    links = format_html('<link rel="manifest" href="/manifest.webmanifest"><link rel="apple-touch-icon" href="{}">', static("icon-192.png"))
    return format_html('{}<meta name="theme-color" content="#1b5c7d">{}<script src="{}" defer></script>', links, who, static("offline.js"))


@register.simple_tag(takes_context=True)
def offline_badge(context):
    """The small word in the header: how many wait. The script fills it in, where the browser can work without network."""
    return mark_safe('<a href="/offline/" data-offline-badge></a>') if offline_user(context) else ""


NOTES = mark_safe(
    '<div class="note late" role="status" data-offline-note="failed" hidden><div><b></b>没有办成。<a href="/offline/?state=waiting">看一看</a></div></div>'
    '<div class="note late" role="status" data-offline-note="stuck" hidden><div><b></b>送了几次没有送成，存在手机里没有丢。请告诉系统管理员。</div></div>'
    '<div class="note wait" role="status" data-offline-note="login" hidden><div>请重新登录，<b></b>还没有送出。<a href="/login/?next=/offline/">登录</a></div></div>'
    '<div class="note wait" role="status" data-offline-note="others" hidden><div><b></b>还没有送出，本人登录后自己送出。</div></div>'
)


@register.simple_tag
def offline_notes():
    """What the script may have to say at the top of a page."""
    return NOTES


def attributes(form, subject=None, back: str = "") -> str:
    about = {"label": form.label, "back": back, "read": int(timezone.now().timestamp() * 1000), "on": ""}
    if subject is not None and subject.pk:
        about |= {"on": f"{subject._meta.label_lower}:{subject.pk}", "label": f"{form.label} {subject}"}
    return format_html(' data-offline="{}" data-about="{}"', form.key, json.dumps(about, ensure_ascii=False))


@register.simple_tag(takes_context=True)
def offline_action(context, record, action, subject):
    """Attributes of the <form> of a record's action; nothing when it needs the network."""
    form = form_for(record.namespace, action.name) if record and action and "online_only" not in context else None
    return attributes(form, subject, record.url("detail", subject) if record.has_page("detail") else record.url("list")) if form else ""


@register.simple_tag
def offline_form(key: str, subject=None, back: str = "/offline/"):
    """Attributes of the <form> of a plain view."""
    return attributes(form_of(key), subject, back)


@register.simple_tag(takes_context=True)
def offline_waits(context, record, subject):
    """The note of what waits in the phone for this record, and the forms that may follow before it is sent; hidden until there is something."""
    forms = [form for form in all_forms() if form.record and form.record.kind == record.kind]
    if not forms or offline_user(context) is None:
        return ""
    links = format_html_join(
        "",
        '<a class="btn btn-primary" href="{}?ahead" data-after="{}" data-next="{}" hidden>{}</a>',
        ((record.url("action", subject, form.action), form.after, form.key, form.label) for form in forms if form.after),
    )
    return format_html(
        '<div class="note wait" role="status" data-offline-waits="{}:{}" hidden><div><b>存在手机里，有网了自己送出</b><p class="mb-0"></p></div>{}</div>',
        record.kind, subject.pk, links,
    )  # fmt: skip


@register.filter
def offline_words(event) -> str:
    """Such as 离线 11-20 15:38 填写 for an entry of the journal that came from a phone's queue, empty otherwise."""
    return event.source.partition("，")[0] if event.source.startswith("离线 ") else ""


@register.simple_tag
def offline_mark(story, at):
    """A mark beside a time that is the arrival of a form filled in earlier."""
    words = next((words for event in story if event.at == at and (words := offline_words(event))), "") if at else ""
    return format_html('<small class="mute" title="{}">离线</small>', words) if words else ""
