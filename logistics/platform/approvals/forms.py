"""What an approver fills in: opinion, signature, who else."""

from django import forms

from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField, SignatureField
from logistics.platform.org.models import User
from logistics.platform.org.queries import people
from logistics.platform.web.forms import Picks, Words

from .deciding_rules import TO_APPLICANT, earlier_steps
from .models import Run, Signer, SignerState, StepState
from .queries import open_signer
from .side_rules import BESIDE, WHERE
from .signing import stored_signature

PHRASES = ("同意。", "同意，请按预算执行。", "已阅。")


class PeopleBoxes(forms.CheckboxSelectMultiple):
    """Many people in a box that scrolls, with a field above that narrows them down."""

    template_name = "platform/approvals/boxes.html"


def named(person: User) -> str:
    return f"{person.name}（{person.department}）" if person.department else person.name


class OnePerson(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(queryset=people(), empty_label="请选", **kwargs)

    def label_from_instance(self, obj):
        return named(obj)


class ManyPeople(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(queryset=people(), widget=PeopleBoxes, **kwargs)

    def label_from_instance(self, obj):
        return named(obj)


class OpinionForm(forms.Form):
    opinion = Words(label="意见", max_length=500, rows=3)


class CommentForm(forms.Form):
    opinion = Words(label="留言", max_length=500, rows=3)


class WithdrawForm(forms.Form):
    opinion = Words(label="为什么撤回", max_length=300, rows=2, required=False)


class ApproveForm(KeepsUploads, forms.Form):
    """Several documents at once ask for the opinion only; minutes are asked for where the step wants them."""

    takes_record = True
    opinion = Words(label="意见", max_length=500, rows=2, required=False)
    papers = PapersField(label="会议纪要（PDF）", required=False, help_text="PDF 或者照片，放一样就行。")
    photos = PhotosField(label="会议纪要照片", required=False)
    signature = SignatureField(label="手写签名", required=False)

    def __init__(self, *args, record: Run | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opinion"].phrases = PHRASES
        signer = open_signer(record, user) if record is not None else None
        if signer is None or not signer.step.minutes:
            del self.fields["papers"], self.fields["photos"]
        if record is None:
            del self.fields["signature"]
            return
        self.fields["signature"].signer = user.name
        has_picture = stored_signature(user) is not None
        self.fields["signature"].help_text = "不写就用您存的签名。" if has_picture else "可以不写，审批单上印您的姓名。"


class SendBackForm(forms.Form):
    takes_record = True
    to = forms.ChoiceField(label="退到哪里", choices=[(TO_APPLICANT, "退给申请人改")], widget=Picks(columns=2), initial=TO_APPLICANT)
    opinion = Words(label="退回的原因", max_length=500, rows=3)

    def __init__(self, *args, record: Run | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        signer = open_signer(record, user) if record is not None and user is not None else None
        earlier = earlier_steps(record, signer.step) if signer else []
        self.fields["to"].choices = [(TO_APPLICANT, "退给申请人改"), *((str(step.position), f"第 {step.position} 步：{step.name}") for step in earlier)]


class DelegateForm(forms.Form):
    person = OnePerson(label="转给谁")
    opinion = Words(label="说明", max_length=300, rows=2, required=False)


class AddSignerForm(forms.Form):
    where = forms.ChoiceField(label="什么时候签", choices=list(WHERE.items()), widget=Picks(columns=3), initial=BESIDE)
    people = ManyPeople(label="加谁")
    opinion = Words(label="说明", max_length=300, rows=2, required=False)


class CopyForm(forms.Form):
    people = ManyPeople(label="抄送给谁")
    opinion = Words(label="说明", max_length=300, rows=2, required=False)


class SignerChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.person.name}（{obj.step.name}）"


class ReplaceForm(forms.Form):
    takes_record = True
    signer = SignerChoice(label="换掉谁", queryset=Signer.objects.none(), empty_label="请选")
    person = OnePerson(label="换成谁")
    opinion = Words(label="为什么换", max_length=300, rows=2)

    def __init__(self, *args, record: Run | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = Signer.objects.filter(state=SignerState.OPEN, step__state=StepState.OPEN).select_related("person", "step")
        self.fields["signer"].queryset = waiting.filter(step__run=record) if record is not None else waiting.none()


class SignatureForm(forms.Form):
    """The signature one keeps."""

    signature = SignatureField(label="签名")
