"""The setup page: one card for every part a person may look after."""

from django.views.generic import TemplateView

from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.org.queries import unowned_duties
from logistics.platform.org.roles import MANAGE_ROLES
from logistics.platform.org.rules import MANAGE_PEOPLE, MANAGE_STUDENTS
from logistics.platform.papers.queries import MANAGE as MANAGE_PAPERS
from logistics.platform.papers.queries import VIEW as VIEW_PAPERS
from logistics.platform.places.rules import MANAGE as MANAGE_PLACES
from logistics.platform.school.rules import MANAGE as MANAGE_SCHOOL
from logistics.platform.terms.rules import MANAGE as MANAGE_CALENDAR
from logistics.platform.web.menu import SetupCard, cards_for

from . import journal, status

CARDS = (
    SetupCard("学校信息", "校名、总务处电话、外网地址、验收期限", "school", "/setup/school/", (MANAGE_SCHOOL,)),
    SetupCard("部门", "有哪些部门，谁负责", "building-2", "/setup/department/", (MANAGE_PEOPLE,)),
    SetupCard("岗位和职责", "每条职责都要有人管", "clipboard-list", "/setup/post/", (MANAGE_PEOPLE,)),
    SetupCard("教职工", "账号、密码、角色、离职", "users", "/setup/person/", (MANAGE_PEOPLE,)),
    SetupCard("证件", "健康证、驾驶证、合同，到期前提醒", "id-card", "/setup/paper/", (MANAGE_PAPERS, VIEW_PAPERS)),
    SetupCard("班级", "班主任、教室、毕业", "presentation", "/setup/class/", (MANAGE_STUDENTS,)),
    SetupCard("学生", "学号、姓名、班级、是否住校", "graduation-cap", "/setup/student/", (MANAGE_STUDENTS,)),
    SetupCard("地点", "校区、楼、层、房间，门牌码", "map-pin", "/places/", (MANAGE_PLACES,)),
    SetupCard("校历", "学期、节假日和调休、工作时间", "calendar-days", "/setup/calendar/", (MANAGE_CALENDAR,)),
    SetupCard("角色与权限", "谁能做什么，范围多大", "shield-check", "/setup/role/", (MANAGE_ROLES,)),
    SetupCard("导入", "把现有的 Excel 名册搬进来", "file-up", "/imports/", (MANAGE_PEOPLE, MANAGE_STUDENTS, MANAGE_PLACES)),
    SetupCard("日志", "谁在什么时候改了什么，有没有被动过", "scroll-text", "/setup/journal/", (journal.VIEW,)),
    SetupCard("系统状态", "后台、备份、消息、磁盘", "activity", "/setup/status/", (status.VIEW,)),
    SetupCard("接口", "给别的程序读写数据", "plug", "/api/docs/", (MANAGE_SCHOOL,)),
)


class Setup(TemplateView):
    template_name = "cockpit/setup.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        cards = cards_for(user)
        if not cards:
            raise NotAllowed("系统设置不归您管。要改什么，请找总务处。")
        unowned = len(unowned_duties()) if has(user, MANAGE_PEOPLE) else 0
        return super().get_context_data(title="系统设置", cards=cards, unowned=unowned, **kwargs)
