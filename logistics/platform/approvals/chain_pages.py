"""Writing chains on a phone: plain forms, a page per step, the order changed by up and down (FIN-03)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from logistics.platform.audit.queries import story_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.queries import people
from logistics.platform.web.record_pages import add_refusal

from . import chain_rules as rules
from .chain_forms import ConditionsForm, NewChainForm, StepForm
from .chain_words import condition_words, step_words
from .models import Chain, ChainVersion, Run, VersionState
from .queries import load_people
from .registry import kind_for


class ChainPage(TemplateView):
    """Only for whoever looks after the chains."""

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_manage(request.user)
        return super().dispatch(request, *args, **kwargs)


class ChainFormPage(ChainPage):
    """A form and one rule; a refusal stands at its field and nothing typed is lost."""

    template_name = "platform/approvals/chain_form.html"
    heading, submit = "", "保存"

    def back(self) -> str:
        return reverse("approvals:chains")

    def get_form(self, *args):
        raise Http404

    def run(self, form):
        raise Http404

    def done(self, result) -> HttpResponse:
        return redirect(self.back())

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", None)
        kwargs["form"] = kwargs["form"] or self.get_form()
        return super().get_context_data(title=self.heading, heading=self.heading, submit=self.submit, back_url=self.back(), **kwargs)

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if form.is_valid():
            try:
                result = self.run(form)
            except (RuleViolation, ValidationError) as refusal:
                add_refusal(form, refusal)
            else:
                return self.done(result)
        return self.render_to_response(self.get_context_data(form=form), status=422)


def kind_words(chain: Chain) -> str:
    kind = kind_for(chain.kind)
    return kind.label if kind else "所有单据" if not chain.kind else "已经没有的单据"


class ChainList(ChainPage):
    template_name = "platform/approvals/chains.html"

    def get_context_data(self, **kwargs):
        rows = []
        for chain in Chain.objects.prefetch_related("versions").order_by("-is_active", "kind", "pk"):
            by_state = {version.state: version for version in reversed(chain.versions.all())}
            used, draft = by_state.get(VersionState.PUBLISHED), by_state.get(VersionState.DRAFT)
            shown = used or draft
            for version in filter(None, (used, draft)):
                version.chain = chain
            rows.append(
                {
                    "chain": chain,
                    "kind": kind_words(chain),
                    "used": used,
                    "draft": draft,
                    "conditions": condition_words(shown) if shown else "",
                    "steps": " → ".join(step.name for step in shown.steps) if shown else "",
                }
            )
        return super().get_context_data(title="审批流程", rows=rows, **kwargs)


class NewChain(ChainFormPage):
    heading, submit = "新建审批流程", "起草"

    def get_form(self, *args):
        return NewChainForm(*args)

    def run(self, form):
        return rules.create_chain(actor=self.request.user, at=timezone.now(), **form.cleaned_data)

    def done(self, result):
        return redirect("approvals:version", result.pk)


class ChainDetail(ChainPage):
    """The version in use, the draft, what was before, and who changed what."""

    template_name = "platform/approvals/chain.html"

    def get_context_data(self, pk, **kwargs):
        chain, known = get_object_or_404(Chain, pk=pk), load_people()
        versions = list(chain.versions.select_related("published_by", "made_by").order_by("-number"))
        used = next((one for one in versions if one.state == VersionState.PUBLISHED), None)
        applicants = list(people())
        return super().get_context_data(
            title=chain.name,
            chain=chain,
            kind=kind_words(chain),
            used=used,
            draft=next((one for one in versions if one.state == VersionState.DRAFT), None),
            conditions=condition_words(used) if used else "",
            steps=[(step, *step_words(step, known)) for step in used.steps] if used else [],
            ends=rules.dead_ends(used, applicants, known) if used else [],
            older=[(one, condition_words(one), [(step, *step_words(step, known)) for step in one.steps]) for one in versions if one.state == "retired"],
            running=Run.objects.filter(version__chain=chain, state="running").count(),
            story=story_of(chain)[:50],
            **kwargs,
        )


class VersionPage(ChainFormPage):
    """The draft: for what it holds, its steps, and publishing."""

    template_name = "platform/approvals/version.html"
    submit = "保存条件"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.version = get_object_or_404(ChainVersion.objects.select_related("chain"), pk=kwargs["pk"])
        self.heading = str(self.version)

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_edit(request.user, self.version)
        return super().dispatch(request, *args, **kwargs)

    def back(self):
        return reverse("approvals:chain", args=[self.version.chain_id])

    def get_form(self, *args):
        return ConditionsForm(*args, version=self.version)

    def get_context_data(self, **kwargs):
        known = load_people()
        steps = [(n, step, *step_words(step, known)) for n, step in enumerate(self.version.steps)]
        ends = rules.dead_ends(self.version, people(), known)
        return super().get_context_data(version=self.version, steps=steps, ends=ends, conditions=condition_words(self.version), **kwargs)

    def run(self, form):
        known, values = {"actor": self.request.user, "at": timezone.now()}, dict(form.cleaned_data)
        if (name := values.pop("name")) != self.version.chain.name:
            rules.rename_chain(**known, chain=self.version.chain, name=name)
        return rules.set_conditions(**known, version=self.version, **values)

    def done(self, result):
        messages.success(self.request, "条件存好了")
        return redirect("approvals:version", self.version.pk)


class StepPage(VersionPage):
    """One step of the draft, new or the n-th from 0."""

    template_name = "platform/approvals/step.html"
    submit = "保存"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.n = kwargs.get("n")
        steps = self.version.steps
        if self.n is not None and self.n >= len(steps):
            raise Http404
        self.step = None if self.n is None else steps[self.n]
        self.heading = f"修改「{self.step.name}」" if self.step else "加一步"

    def back(self):
        return reverse("approvals:version", args=[self.version.pk])

    def get_form(self, *args):
        return StepForm(*args, step=self.step)

    def run(self, form):
        return rules.save_step(actor=self.request.user, at=timezone.now(), version=self.version, step=form.step(), n=self.n)


class VersionAct(View):
    """What needs no form: move a step, remove one, publish, throw away."""

    def post(self, request, pk: int, act: str, n: int = 0):
        rules.check_can_manage(request.user)
        version, known = get_object_or_404(ChainVersion.objects.select_related("chain"), pk=pk), {"actor": request.user, "at": timezone.now()}
        acts = {
            "up": lambda: rules.move_step(**known, version=version, n=n, up=True),
            "down": lambda: rules.move_step(**known, version=version, n=n, up=False),
            "remove": lambda: rules.remove_step(**known, version=version, n=n),
            "publish": lambda: rules.publish(**known, version=version, applicants=list(people())),
            "drop": lambda: rules.drop_draft(**known, version=version),
        }
        if act not in acts:
            raise Http404(act)
        acts[act]()
        if act in ("publish", "drop"):
            messages.success(request, f"{version}已发布，新送审的单照它走。" if act == "publish" else "草稿丢掉了。")
            return redirect("approvals:chain", version.chain_id)
        return redirect(f"{reverse('approvals:version', args=[pk])}#steps")


class ChainAct(View):
    """Begin a draft, take a chain out of use or back."""

    def post(self, request, pk: int, act: str):
        rules.check_can_manage(request.user)
        chain, known = get_object_or_404(Chain, pk=pk), {"actor": request.user, "at": timezone.now()}
        if act == "draft":
            return redirect("approvals:version", rules.start_draft(**known, chain=chain).pk)
        rules.set_in_use(**known, chain=chain, in_use=act == "use")
        messages.success(request, "重新启用了。" if act == "use" else "停用了，新的单不再走它。")
        return redirect("approvals:chain", pk)
