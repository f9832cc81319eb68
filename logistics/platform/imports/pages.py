"""Importing on screen: choose what, upload or paste, match headings, look at every row and mend it, import, take back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from logistics.platform.exports.columns import Column, Sheet
from logistics.platform.exports.workbook import XLSX, download, stream_workbook, workbook_response
from logistics.platform.kernel.errors import RuleViolation

from . import rules
from .checking import sheets_of
from .mapping import UNITS, heading_keys, headings_of
from .models import ImportData, ImportRun, RunState
from .queries import VIEWS, earlier_run, preview_of, runs_visible_to, samples_of, skipped_rows
from .reader import PASTED, check_size
from .targets import ImportTarget, target_for, targets_for

RUNS_SHOWN = 50
BACKGROUND_ROWS = 3000  # longer ones go to the worker, the page follows them
HOW = {"same": "", "remembered": "上次就是这样", "like": "看着像，请核对", "none": ""}


class Upload(forms.Form):
    """A file or pasted cells, one of the two."""

    file = forms.FileField(
        label="选文件",
        required=False,
        help_text="Excel（.xlsx、.xls）或 CSV，20 MB、2 万行以内",
        error_messages={"empty": "这个文件是空的。请看看是不是选错了文件。"},
    )
    pasted = forms.CharField(
        label="或者粘贴表格",
        required=False,
        strip=False,
        help_text="在 Excel 或 WPS 里选中格子（带上表头）复制，粘贴到这里",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args, target: ImportTarget, user, **kwargs):
        super().__init__(*args, **kwargs)
        if target.into:
            choices = [("", f"请选{target.into.label}"), *target.into.choices(user)]
            self.fields["into"] = forms.TypedChoiceField(label=target.into.label, choices=choices, coerce=int)
            self.order_fields(["into", "file", "pasted"])
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv,.tsv,.txt"

    def clean_file(self):
        if self.cleaned_data["file"]:
            try:
                check_size(self.cleaned_data["file"].size)
            except RuleViolation as refusal:
                raise ValidationError(refusal.message) from refusal
        return self.cleaned_data["file"]

    def clean(self):
        given = super().clean()
        if "file" in given and bool(given["file"]) == bool((given.get("pasted") or "").strip()):
            self.add_error("file", "请选一个文件，或者粘贴表格，两样选一样。")
        return given


def target_or_404(user, key: str) -> ImportTarget:
    target = target_for(key)
    if target is None or target not in targets_for(user):
        raise Http404(key)
    return target


@require_GET
def index(request):
    """What this person may import, and the latest runs."""
    runs = list(runs_visible_to(request.user)[:RUNS_SHOWN])
    for run in runs:
        run.what = target_for(run.target).label
    return render(request, "platform/imports/index.html", {"title": "导入", "targets": targets_for(request.user), "runs": runs})


@require_http_methods(["GET", "POST"])
def new(request, target: str):
    """Upload a file or paste cells."""
    target = target_or_404(request.user, target)
    form = Upload(request.POST or None, request.FILES or None, target=target, user=request.user, initial={"into": request.GET.get("into", "")})
    status = 200
    if request.method == "POST":
        status = 422
        form = Upload(request.POST, request.FILES, target=target, user=request.user)
        if form.is_valid():
            try:
                return redirect("imports:run", start(request, target, form.cleaned_data).pk)
            except RuleViolation as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else "file" if form.cleaned_data["file"] else "pasted", refusal.message)
    return render(request, "platform/imports/new.html", {"title": f"导入{target.label}", "target": target, "form": form}, status=status)


def start(request, target: ImportTarget, given: dict) -> ImportRun:
    content = given["file"].read() if given["file"] else given["pasted"].encode()
    name = given["file"].name if given["file"] else PASTED
    return rules.start_run(actor=request.user, at=timezone.now(), target=target, name=name, content=content, into=given.get("into"))


@require_GET
def template(request, target: str):
    """An Excel file with the target's headings, and a second sheet that says how to fill them."""
    target = target_or_404(request.user, target)
    headings = [Column(f"{column.label}*" if column.required else column.label, width=max(12, 2 * len(column.label) + 4)) for column in target.columns]
    lines = [(column.label, "必填" if column.required else "选填", column.help, column.example) for column in target.columns]
    guide = [Column("栏目"), Column("要不要填"), Column("怎么填", width=40), Column("例子", width=24)]
    book = stream_workbook([Sheet(target.label, headings, []), Sheet("填写说明", guide, lines)])
    return download(book, XLSX, f"{target.label}导入模板", timezone.now(), "xlsx")


def run_or_404(request, pk: int) -> tuple[ImportRun, ImportTarget]:
    run = get_object_or_404(runs_visible_to(request.user), pk=pk)
    return run, target_for(run.target)


@require_GET
def run(request, pk: int):
    """The step the run is at: headings, preview, or what came of it."""
    found, target = run_or_404(request, pk)
    data = ImportData.objects.filter(run=found).first() if found.is_open else None
    context = {"title": f"导入{target.label}", "run": found, "target": target, "state": RunState}
    if data is None:
        return render(request, "platform/imports/done.html", context | done_context(request, found))
    if found.state == RunState.READ or request.GET.get("step") == "map":
        return render(request, "platform/imports/mapping.html", context | mapping_context(found, data, target))
    return render(request, "platform/imports/preview.html", context | preview_context(request, found, data, target))


def done_context(request, found: ImportRun) -> dict:
    try:
        rules.check_can_undo(request.user, found, timezone.now())
    except RuleViolation as refusal:
        return {"cannot_undo": refusal.message}
    return {"can_undo": True}


def mapping_context(found: ImportRun, data: ImportData, target: ImportTarget, asked: dict | None = None) -> dict:
    """The sheets with their headings, and each heading with samples and the columns it may be."""
    sheets = sheets_of(data, target)
    chosen = [index for index, layout in enumerate(data.layouts) if layout["chosen"]]
    headings = headings_of(sheets[index] for index in chosen)
    keyed = {index: heading_keys(sheets[index].headings) for index in chosen}
    lines = []
    for key, heading in headings.items():
        match = (asked or {}).get(key) or found.mapping.get(key, {})
        column_of = {index: keys[key].column for index, keys in keyed.items() if key in keys}
        lines.append({"key": key, "label": heading.label, "letter": heading.letter, "samples": samples_of(sheets, data, column_of)} | match_words(match))
    pairs = [{"index": index, "sheet": sheet, "chosen": index in chosen, "given": data.layouts[index]["heading"]} for index, sheet in enumerate(sheets)]
    return {"lines": lines, "sheets": pairs, "units": [unit for unit in UNITS if unit], "row_count": sum(len(sheets[index].rows) for index in chosen)}


def match_words(match: dict) -> dict:
    return {"column": match.get("column", ""), "unit": match.get("unit", ""), "how": HOW.get(match.get("how", ""), "")}


def preview_context(request, found: ImportRun, data: ImportData, target: ImportTarget) -> dict:
    sheets = sheets_of(data, target)
    view = request.GET.get("view", "")
    if view not in VIEWS:
        view = "bad" if found.counts.get("bad") else "all"
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    try:
        rules.check_ready(found)
        refusal = ""
    except RuleViolation as not_ready:
        refusal = not_ready.message
    chosen = [sheet for sheet, layout in zip(sheets, data.layouts, strict=True) if layout["chosen"]]
    return {
        "preview": preview_of(found, data, target, sheets, view=view, number=number),
        "skipped": skipped_rows(data, sheets) if view == "skipped" else [],
        "left_out": list(data.choices.values()).count("skip"),
        "view": view,
        "sheets": chosen,
        "several_sheets": len(chosen) > 1,
        "writable": rules.writable(found),
        "refusal": refusal,
        "earlier": earlier_run(found),
    }


def back_to(request, found: ImportRun) -> HttpResponse:
    """The run's page with the filter and page number the person was at."""
    kept = "&".join(f"{name}={request.POST[name]}" for name in ("view", "page") if request.POST.get(name, "").isalnum())
    response = redirect("imports:run", found.pk)
    response["Location"] += f"?{kept}" if kept else ""
    return response


def act(request, pk: int, rule, done: str = "", **values) -> HttpResponse:
    """Run one rule on the run and come back to its page; a refusal is shown there."""
    found, _ = run_or_404(request, pk)
    try:
        rule(actor=request.user, at=timezone.now(), run=found, **values)
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        if done:
            messages.success(request, done)
    return back_to(request, found)


@require_POST
def sheets(request, pk: int):
    """Choose the sheets and say where their headings are."""
    found, _ = run_or_404(request, pk)
    count = ImportData.objects.filter(run=found).values_list("layouts", flat=True).first() or []
    headings = {}
    for index in range(len(count)):
        first, last = request.POST.get(f"first-{index}", ""), request.POST.get(f"last-{index}", "")
        if first.isdecimal() and (last.isdecimal() or not last) and len(first) < 8 and len(last) < 8:
            headings[index] = (int(first), int(last or first))
    chosen = [int(index) for index in request.POST.getlist("sheet") if index.isdecimal() and len(index) < 4]
    return act(request, pk, rules.set_sheets, chosen=chosen, headings=headings)


@require_POST
def mapping(request, pk: int):
    """Say which heading is which column; with a refusal the choices stay as they were made."""
    found, target = run_or_404(request, pk)
    asked = {}
    for name, key in request.POST.items():
        if name.startswith("key-"):
            number = name.removeprefix("key-")
            asked[key] = {"column": request.POST.get(f"column-{number}", ""), "unit": request.POST.get(f"unit-{number}", "")}
    constants = {column.name: request.POST.get(f"all-{column.name}", "") for column in target.columns}
    try:
        rules.set_mapping(actor=request.user, at=timezone.now(), run=found, mapping=asked, constants=constants)
    except RuleViolation as refusal:
        data = ImportData.objects.filter(run=found).first()
        if data is None or not found.is_open:
            raise
        context = {"title": f"导入{target.label}", "run": found, "target": target, "refusal": refusal.message, "constants": constants}
        return render(request, "platform/imports/mapping.html", context | mapping_context(found, data, target, asked), status=422)
    return redirect("imports:run", found.pk)


@require_POST
def fix(request, pk: int):
    """Mend what was typed into the cells, take a suggestion, leave a row out: one form, several buttons.

    Fields are "cell <row> <column>" and "all <row> <column>"; buttons "use" and "use_all" carry "<row> <column>", "skip" a row; "without_bad" leaves out what stays wrong.
    """
    found, _ = run_or_404(request, pk)
    given = request.POST
    fixes = []
    for name, text in given.items():
        kind, _, place = name.partition(" ")
        row_key, _, column = place.partition(" ")
        if kind == "cell" and column:
            fixes.append(rules.Fix(row_key, column, text, everywhere=f"all {place}" in given))
    data = ImportData.objects.filter(run=found).only("findings").first()
    for button in ("use", "use_all"):
        row_key, _, column = given.get(button, "").partition(" ")
        told = data.findings.get(row_key, {}).get("p", {}).get(column) if data else None
        if told and told[1]:
            fixes = [fix for fix in fixes if (fix.row, fix.column) != (row_key, column)]
            fixes.append(rules.Fix(row_key, column, told[1], everywhere=button == "use_all"))
    return act(request, pk, rules.fix_cells, fixes=fixes, leave_out=given.getlist("skip"), without_bad="without_bad" in given)


@require_POST
def row(request, pk: int):
    """Leave a row out or call it back, or call back all that were left out."""
    return act(request, pk, rules.choose_row, row=request.POST.get("row", ""), keep=request.POST.get("keep") == "1")


@require_POST
def check(request, pk: int):
    return act(request, pk, rules.check_run, "重新检查过了")


@require_POST
def commit(request, pk: int):
    """Import everything; a long one goes on in the background while the page follows."""
    found, target = run_or_404(request, pk)
    if rules.writable(found) > BACKGROUND_ROWS and found.state != RunState.COMMITTING:
        return act(request, pk, rules.ask_commit)
    answer = act(request, pk, rules.commit_run, f"{target.label}已导入")
    found.refresh_from_db()
    if found.state in (RunState.PREVIEWED, RunState.FAILED):
        act(request, pk, rules.check_run)
    return answer


@require_POST
def undo(request, pk: int):
    found, _ = run_or_404(request, pk)
    answer = act(request, pk, rules.undo_run)
    found.refresh_from_db()
    if found.state == RunState.UNDONE:
        messages.success(request, "整批撤回了")
    elif found.report:
        messages.warning(request, f"有 {len(found.report)} 条没有撤回，原因在下面")
    return answer


@require_POST
def drop(request, pk: int):
    act(request, pk, rules.drop_run, "已放弃，上传的内容删掉了")
    return redirect("imports:index")


@require_GET
def problems(request, pk: int):
    """Every problem with its row and column, as a file for whoever keeps the list."""
    found, target = run_or_404(request, pk)
    data = ImportData.objects.filter(run=found).first()
    if data is None:
        raise Http404(pk)
    names = {column.name: column.label for column in target.columns}
    lines = []
    for key, told in data.findings.items():
        index, number = key.split(":")
        lines += [(data.grids[int(index)]["name"], int(number), names[column], sentence, suggest) for column, (sentence, suggest) in told["p"].items()]
    columns = [Column("工作表", 20), Column("行号", kind="integer"), Column("栏目", 16), Column("问题", 60), Column("建议", 24)]
    return workbook_response(f"{target.label}导入问题", columns, sorted(lines))
