"""Mail by SMTP that tells a letter surely not taken from one of which nobody knows."""

import smtplib

from django.core.mail.backends.smtp import EmailBackend

from .topics import Unsure

NO_ANSWER = "信已经发出去，没等到邮件服务器的回答，不知道收到没有，不再重发"


class _Watched:
    """After the whole letter went out a broken line proves nothing: sent again, it might arrive twice."""

    is_out = False

    def send(self, s):
        super().send(s)  # type: ignore[misc]
        self.is_out = isinstance(s, bytes)  # the letter is bytes, commands are text

    def data(self, msg):
        self.is_out = False
        try:
            return super().data(msg)  # type: ignore[misc]
        except OSError as error:
            if self.is_out:
                raise Unsure(NO_ANSWER) from error
            raise


class _Plain(_Watched, smtplib.SMTP):
    pass


class _Secured(_Watched, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    """Django's own, on connections that know how far they came."""

    @property
    def connection_class(self):
        return _Secured if self.use_ssl else _Plain

    def close(self):
        """Say goodbye. What was taken is taken, whatever goes wrong now."""
        try:
            super().close()
        except OSError:
            self.connection = None
