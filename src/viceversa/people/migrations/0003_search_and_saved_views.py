import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import viceversa.accounts.ids
from viceversa.people.folding import folded

SEARCHED = ("given_name", "family_name", "email", "person_id", "job_title", "function")
AT_ONCE = 2_000


def fold_everybody(apps, schema_editor):
    """Whoever is here already is found by the new search too."""
    people = apps.get_model("people", "Person").objects.order_by("pk")
    last = 0
    while some := list(people.filter(pk__gt=last)[:AT_ONCE]):
        for person in some:
            person.search = folded("\n".join(getattr(person, name) or "" for name in SEARCHED))
            person.search_own = folded(person.preferred_name)
        people.model.objects.bulk_create(
            some, update_conflicts=True, unique_fields=["id"], update_fields=["search", "search_own"]
        )
        last = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_topic_catalogue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=viceversa.accounts.ids.new_public_id, editable=False, max_length=24, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "asked",
                    models.JSONField(default=dict, help_text="what was asked of the directory, by name of the filter"),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.AddField(
            model_name="person",
            name="search",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="person",
            name="search_own",
            field=models.TextField(blank=True, default="", editable=False, help_text="apart: no people file tells it"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["leave_date", "role"], name="person_by_leaving"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["function"], name="person_by_function"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["location"], name="person_by_place"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["grade"], name="person_by_grade"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="one_view_a_name"),
        ),
        migrations.RunPython(fold_everybody, migrations.RunPython.noop),
    ]
