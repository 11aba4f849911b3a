from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models.functions import Lower

from seatbridge.users.emails import tidy_email


class _Users(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **more: Any) -> "User":
        """Without a password nobody can sign in until one is set."""
        return self.create(email=tidy_email(email), password=make_password(password), **more)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=tidy_email(username or ""))


class User(AbstractBaseUser):
    """A person who signs in. What they may do is a matter of each partner: see partners.Member."""

    email = models.EmailField(max_length=254, unique=True)  # as `tidy_email` makes it
    name = models.CharField(max_length=200, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[_Users] = _Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_in_lower_case")
        ]

    def get_full_name(self: Self) -> str:
        return self.name or self.email

    def get_short_name(self: Self) -> str:
        return self.get_full_name()
