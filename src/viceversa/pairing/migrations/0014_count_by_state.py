from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pairing", "0013_partners_for_one_person")]

    operations = [
        migrations.AddIndex(
            model_name="pair", index=models.Index(fields=["cohort", "state"], name="pairs_of_a_cohort")
        ),
        migrations.AddIndex(
            model_name="proposal", index=models.Index(fields=["run", "state"], name="proposals_of_a_run")
        ),
    ]
