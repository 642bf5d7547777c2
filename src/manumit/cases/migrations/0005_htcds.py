import django.db.models.deletion
import manumit.core.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_door"),
        ("core", "0003_destroyed_wraps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HtcdsRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=manumit.core.fields.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("version", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                ("named", models.BooleanField()),
                ("seal_owner", models.UUIDField()),
                ("seal_version", models.PositiveIntegerField(default=0)),
                ("identity", manumit.core.fields.SealedField("identity", blank=True, null=True)),
                ("contact", manumit.core.fields.SealedField("contact", blank=True, null=True)),
                ("screening", manumit.core.fields.SealedField("screening", blank=True, null=True)),
                ("medical", manumit.core.fields.SealedField("medical", blank=True, null=True)),
                ("legal", manumit.core.fields.SealedField("legal", blank=True, null=True)),
                ("plan", manumit.core.fields.SealedField("plan", blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="htcds",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=manumit.core.fields.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checked", "Waits to be confirmed"),
                            ("loaded", "Loaded"),
                            ("dropped", "Forgotten"),
                        ],
                        default="checked",
                        max_length=10,
                    ),
                ),
                ("told", models.BooleanField(default=False)),
                ("loaded_at", models.DateTimeField(null=True)),
                ("made", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("left", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("seal_owner", models.UUIDField()),
                ("seal_version", models.PositiveIntegerField(default=0)),
                ("file", manumit.core.fields.SealedField("identity", blank=True, null=True)),
                ("sender", manumit.core.fields.SealedField("identity", blank=True, null=True)),
                ("rejected", manumit.core.fields.SealedField("identity", blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "-at"], name="case_sheet_of_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["checked", "loaded", "dropped"])),
                        name="case_sheet_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "loaded"), _negated=True),
                            models.Q(("file__isnull", True), ("loaded_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="case_sheet_loaded_keeps_no_file",
                    ),
                ],
            },
        ),
    ]
