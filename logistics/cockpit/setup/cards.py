"""The setup page: one card for every part a person may look after."""

from django.views.generic import TemplateView

from logistics.platform.access.rules import has
from logistics.platform.access.separation import MANAGE as MANAGE_SEPARATION
from logistics.platform.access.substitution import ARRANGE
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.org.queries import unowned_duties
from logistics.platform.org.roles import MANAGE_ROLES
from logistics.platform.org.rules import MANAGE_PEOPLE, MANAGE_STUDENTS
from logistics.platform.papers.queries import MANAGE as MANAGE_PAPERS
from logistics.platform.papers.queries import VIEW as VIEW_PAPERS
from logistics.platform.places.rules import MANAGE as MANAGE_PLACES
from logistics.platform.school.limit_rules import MANAGE as MANAGE_LIMITS
from logistics.platform.school.limit_rules import VIEW as VIEW_LIMITS
from logistics.platform.school.rules import MANAGE as MANAGE_SCHOOL
from logistics.platform.terms.rules import MANAGE as MANAGE_CALENDAR
from logistics.platform.web.menu import SetupCard, grouped_cards_for

from . import journal, status

CARDS = (
    SetupCard("建学校", "一步一步，建好了多少", "list-checks", "/setup/start/", (MANAGE_SCHOOL, MANAGE_PEOPLE, MANAGE_PLACES), "学校"),
    SetupCard("学校信息", "校名、总务处电话、外网地址", "school", "/setup/school/", (MANAGE_SCHOOL,), "学校"),
    SetupCard("部门", "有哪些部门，谁负责", "building-2", "/setup/department/", (MANAGE_PEOPLE,), "人员"),
    SetupCard("岗位和职责", "每条职责都要有人管", "clipboard-list", "/setup/post/", (MANAGE_PEOPLE,), "人员"),
    SetupCard("教职工", "账号、密码、角色、离职", "users", "/setup/person/", (MANAGE_PEOPLE,), "人员"),
    SetupCard("证件", "健康证、驾驶证、合同，到期前提醒", "id-card", "/setup/paper/", (MANAGE_PAPERS, VIEW_PAPERS), "人员"),
    SetupCard("班级", "班主任、教室、毕业", "presentation", "/setup/class/", (MANAGE_STUDENTS,), "人员"),
    SetupCard("学生", "学号、姓名、班级、是否住校", "graduation-cap", "/setup/student/", (MANAGE_STUDENTS,), "人员"),
    SetupCard("地点", "校区、楼、层、房间，门牌码", "map-pin", "/places/", (MANAGE_PLACES,), "学校"),
    SetupCard("学校限值", "验收期限、提醒天数，和法定的底线", "sliders-horizontal", "/setup/limit/", (MANAGE_LIMITS, VIEW_LIMITS), "学校"),
    SetupCard("校历", "学期、节假日和调休、工作时间", "calendar-days", "/setup/calendar/", (MANAGE_CALENDAR,), "学校"),
    SetupCard("角色与权限", "谁能做什么，范围多大", "shield-check", "/setup/role/", (MANAGE_ROLES,), "权限和安全"),
    SetupCard("登录安全", "哪些角色登录要动态口令", "smartphone", "/setup/sign-in/", (MANAGE_ROLES,), "权限和安全"),
    SetupCard("不相容职务", "哪些事不能一个人办", "split", "/setup/separation/", (MANAGE_SEPARATION,), "权限和安全"),
    SetupCard("代理", "谁不在，由谁代", "user-round-check", "/me/substitutes/", (ARRANGE,), "权限和安全"),
    SetupCard("导入", "把现有的 Excel 名册搬进来", "file-up", "/imports/", (MANAGE_PEOPLE, MANAGE_STUDENTS, MANAGE_PLACES), "学校"),
    SetupCard("日志", "谁在什么时候改了什么，有没有被动过", "scroll-text", "/setup/journal/", (journal.VIEW,), "权限和安全"),
    SetupCard("系统状态", "后台、备份、消息、磁盘", "activity", "/setup/status/", (status.VIEW,), "系统"),
    SetupCard("接口", "给别的程序读写数据", "plug", "/api/docs/", (MANAGE_SCHOOL,), "系统"),
)


class Setup(TemplateView):
    template_name = "cockpit/setup.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        groups = grouped_cards_for(user)
        if not groups:
            raise NotAllowed("系统设置不归您管。要改什么，请找总务处。")
        unowned = len(unowned_duties()) if has(user, MANAGE_PEOPLE) else 0
        return super().get_context_data(title="系统设置", groups=groups, unowned=unowned, **kwargs)
