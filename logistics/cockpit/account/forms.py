"""Forms of one's own account."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from logistics.platform.org.models import User
from logistics.platform.web.forms import Words


class LoginForm(AuthenticationForm):
    error_messages = {"invalid_login": "工号或密码不对，请再看看大小写。连续输错 5 次会锁一刻钟。", "inactive": "这个账号已经停用，请找总务处。"}
    keep = forms.BooleanField(label="在这台设备上保持登录 7 天", required=False, initial=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "工号或手机号"
        self.fields["username"].widget.attrs.pop("maxlength", None)  # the server says so, the browser would cut silently
        self.fields["password"].max_length = 128

    def clean(self):
        if len(self.cleaned_data.get("password") or "") > 128:
            raise self.get_invalid_login_error()
        return super().clean()


# what AUTH_PASSWORD_VALIDATORS asks for, said politely
PASSWORD_RULES = ("至少 8 个字符。", "不能全是数字。", "不要和工号、手机号太像。", "不要用 password、12345678 这类常见的。")


class OwnPasswordForm(forms.Form):
    """The old password and the new one twice; whether the new one will do is the rule's to say."""

    old = forms.CharField(label="原密码", max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    new = forms.CharField(label="新密码", max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    again = forms.CharField(label="再输一次新密码", max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def clean(self):
        typed = super().clean()
        if typed.get("new") and typed.get("again") and typed["new"] != typed["again"]:
            self.add_error("again", "两次输入的新密码不一样，请再输一次。")
        return typed


class CodeForm(forms.Form):
    code = forms.CharField(
        label="动态口令",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True, "spellcheck": "false"}),
        help_text="手机上现在的 6 位数字，或者一个备用码。",
    )


class OwnContactForm(forms.Form):
    phone = Words(
        label="手机", max_length=20, required=False, help_text="也可以用它登录。", widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
    )
    email = forms.EmailField(label="邮箱", max_length=User._meta.get_field("email").max_length, required=False, help_text="提醒会同时发到这里。")
