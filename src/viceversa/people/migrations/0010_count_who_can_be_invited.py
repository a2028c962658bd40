from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0009_find_the_topics_of_a_family")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="person_by_leaving"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["leave_date", "role", "grade", "email"], name="person_by_leaving"),
        ),
    ]
