"""What is searched by words gets its index; contacts that are there get their search column."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from districts.spatial import IndexWords
from reports.people_search import text_of_person

AT_A_TIME = 1000


def fill_search_text(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    contacts = apps.get_model("reports", "Contact").objects.using(schema_editor.connection.alias)
    batch = []
    for contact in contacts.iterator(chunk_size=AT_A_TIME):
        contact.search_text = text_of_person(contact.name, contact.email, contact.phone)
        batch.append(contact)
    contacts.bulk_update(batch, ["search_text"], batch_size=AT_A_TIME)


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_queue_order")]

    operations = [
        IndexWords("reports_report", "search_text"),
        IndexWords("reports_contact", "search_text"),
        migrations.RunPython(fill_search_text, migrations.RunPython.noop, elidable=True),
    ]
