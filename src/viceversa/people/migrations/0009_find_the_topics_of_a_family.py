from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_applied_in_parts")]

    operations = [
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(fields=["standing", "family", "key"], name="topics_of_a_family"),
        ),
    ]
