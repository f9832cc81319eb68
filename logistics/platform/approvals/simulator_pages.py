"""The simulator: one document that does not exist, and last year's documents against a draft (FIN-03)."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from logistics.platform.org.queries import people as staff

from .chain_forms import SimulatorForm
from .chain_pages import ChainPage
from .chain_rules import dead_ends
from .chain_words import condition_words
from .models import ChainVersion
from .queries import load_people, money_limit_values, published_versions
from .registry import Facts
from .simulate import Simulated, replay, simulate, usual_times, with_draft
from .spec import Mode

MOST_SHOWN = 100
MODE_WORDS = {Mode.ALL: "全部同意", Mode.SOME: "至少 {0} 人", Mode.ONE: "一人就行"}


class Simulator(ChainPage):
    """Who will sign, in order, and how long it usually takes."""

    template_name = "platform/approvals/simulator.html"

    def get_context_data(self, **kwargs):
        asked = "applicant" in self.request.GET
        form = SimulatorForm(self.request.GET if asked else None, initial={"draft": self.request.GET.get("draft")})
        found = self.found(form.cleaned_data) if asked and form.is_valid() else {}
        return super().get_context_data(title="模拟审批", form=form, **found, **kwargs)

    def found(self, told: dict) -> dict:
        at, known = timezone.now(), load_people()
        facts = Facts(told["amount"], told["department"], told["fund"], told["applicant"])
        versions = with_draft(published_versions(), told["draft"])
        simulated = simulate(told["kind"], facts, versions, people=known, limits=money_limit_values(timezone.localdate(at)))
        times = usual_times(told["kind"], at)
        lines = lines_of(simulated, known, times)
        known_minutes = [line["minutes"] for line in lines if line["usual"]]
        return {
            "simulated": simulated,
            "conditions": condition_words(simulated.version) if simulated.version else "",
            "lines": lines,
            "total_minutes": sum(known_minutes) if known_minutes else None,
            "is_whole": all(line["usual"] for line in lines),
            "troubles": [step.trouble for step in simulated.steps if step.trouble],
        }


def lines_of(simulated: Simulated, known, times: dict) -> list[dict]:
    """Each planned step with names, its rule in words and how long it usually takes."""
    return [
        {
            "step": step,
            "names": "、".join(known.name(pk) for pk in (step.people or step.candidates)[:8]),
            "more": max(0, len(step.people or step.candidates) - 8),
            "rule": MODE_WORDS[Mode(step.step.mode)].format(step.needed) if len(step.people) > 1 else "",
            "usual": times.get(step.name),
            "minutes": (times[step.name].hours * 60) if step.name in times else None,
        }
        for step in simulated.steps
    ]


class ReplayPage(ChainPage):
    """Last year's documents of the chain's kind, as they would go once the draft holds."""

    template_name = "platform/approvals/replay.html"

    def get_context_data(self, pk, **kwargs):
        at = timezone.now()
        draft = get_object_or_404(ChainVersion.objects.select_related("chain"), pk=pk)
        known = load_people()
        found = replay(draft, on=timezone.localdate(at), at=at, people=known)
        return super().get_context_data(
            title="用去年的单试一遍",
            draft=draft,
            found=found,
            changes=found.changes[:MOST_SHOWN],
            stuck=found.stuck[:MOST_SHOWN],
            loads=found.loads[:20],
            most=max((load.after for load in found.loads), default=0),
            ends=dead_ends(draft, staff(), known),
            conditions=condition_words(draft),
            **kwargs,
        )
