"""Templates and static files: all load, nothing from elsewhere, nothing inline that the content policy forbids."""

from django.template.loader import get_template

from tests.architecture.source import PRODUCT, ROOT, files, name_of, said_by

TEMPLATES = ROOT / "templates"
SHOWN = (".html", ".css", ".js", ".svg", ".txt")


def test_every_template_loads():
    names = [str(path.relative_to(TEMPLATES)) for path in sorted(TEMPLATES.rglob("*")) if path.is_file()]
    assert len(names) > 50
    for name in names:
        get_template(name)


def test_nothing_comes_from_another_host():
    shown = files("templates", "static", endings=SHOWN)
    assert said_by(r"https?://(?!www\.w3\.org/|127\.0\.0\.1)", shown) == []
    assert said_by(r"""(src|href|url)\s*[=(]\s*["']?//""", shown) == []
    assert said_by(r"@import", shown) == []


def test_no_inline_style_or_script():
    # what is printed goes through no browser, and a label's place on the sheet is a number
    templates = [path for path in files("templates", endings=(".html",)) if "print" not in path.relative_to(TEMPLATES).parts[:1]]
    assert said_by(r"\sstyle\s*=", templates) == []
    assert said_by(r"\son[a-z]{3,}\s*=", templates) == []
    assert said_by(r"javascript:", templates) == []
    assert said_by(r"<script(?![^>]*\ssrc=)|<style", templates) == []


def test_markup_made_in_python_has_none_either():
    product = [path for path in files(*PRODUCT) if "exports" not in path.parts]  # those write spreadsheets
    assert said_by(r"""<[a-z][^>]*\s(style|on[a-z]{3,})\s*=""", product) == []


def test_templates_call_nothing_that_writes():
    """A template calls whatever it names, object.delete included."""
    assert said_by(r"\{[{%][^}]*\.(save|delete|create|update|clear|add|remove|set)\b", files("templates", endings=(".html", ".txt"))) == []


def test_pages_say_which_language_they_are_in():
    whole = [path for path in files("templates", endings=(".html",)) if "<html" in path.read_text(encoding="utf-8")]
    assert whole
    for path in whole:
        assert 'lang="zh-CN"' in path.read_text(encoding="utf-8"), name_of(path)
