"""The list of firms, with the way to their papers."""

from logistics.platform.web.record_pages import RecordList


class PartnerList(RecordList):
    def get_template_names(self):
        return ["cockpit/partners.html"]
