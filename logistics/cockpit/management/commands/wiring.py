from django.core.management.base import BaseCommand

from logistics.platform.access.permissions import all_permissions
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.home import sources


class Command(BaseCommand):
    help = "Print everything the apps registered with the shared services."

    def handle(self, **options):
        sections = {
            "records": [f"{record.kind:32} {record.namespace}" for record in registry.all_records()],
            "permissions": [
                f"{p.code:32} {p.group} · {p.label}: {', '.join(f'{role}={scope}' for role, scope in p.defaults.items())}" for p in all_permissions()
            ],
            "menu": [f"{item.url:32} {item.section or '—'} · {item.label} ({item.permission or 'everybody'})" for item in menu.all_items()],
            "panels": [f"{panel.kind:32} {panel.title} {name_of(panel.context)}" for panel in panels.all_panels()],
            "home": [f"{block:32} {name_of(source)}" for block, found in vars(sources).items() for source in found],
        } | more_sections()
        for title, lines in sections.items():
            self.stdout.write(f"\n{title} ({len(lines)})")
            for line in lines:
                self.stdout.write(f"  {line}")


def name_of(function) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def more_sections() -> dict[str, list[str]]:
    from logistics.platform.approvals.registry import all_kinds
    from logistics.platform.imports.targets import all_targets
    from logistics.platform.notices.topics import all_topics
    from logistics.platform.offline.declarations import all_forms
    from logistics.platform.printing.documents import all_documents
    from logistics.platform.search.index import all_indexed
    from repairs.origins import all_handlers

    return {
        "outbox topics": [f"{topic.name:32} {name_of(topic.handler)} ({topic.effect.value})" for topic in all_topics()],
        "print documents": [f"{document.kind:32} {document.title}" for document in all_documents()],
        "approval kinds": [f"{kind.key:32} {kind.label} ({kind.model})" for kind in all_kinds()],
        "import targets": [f"{target.key:32} {target.label}" for target in all_targets()],
        "searched records": [f"{one.kind:32} {one.record.title}" for one in all_indexed()],
        "offline forms": [f"{form.key:32} {form.label} ({form.view_name})" for form in all_forms()],
        "ticket origins": [f"{kind:32} {name_of(handler)}" for kind, handler in all_handlers().items()],
    }
