from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.models import User
from kring.actions import contacts, merging
from kring.actions.erasing import erase_contact
from kring.actions.undo import undo_change
from kring.contacts.models import Contact
from kring.groups.models import Change
from tests.browser import Visitor
from tests.world import World


@pytest.fixture
def client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def ada(world: World) -> int:
    """Ada, who is in the system twice: the other one sings and has an address."""
    ada = contacts.create_contact(
        {"number": "KR-1", "first_name": "Ada", "last_name": "Visser"}, by=world.by
    )
    double = contacts.create_contact(
        {
            "number": "KR-7",
            "first_name": "Ada",
            "last_name": "Visser",
            "email": "ada@example.org",
            "street": "Lindelaan",
            "house_number": "12",
            "postal_code": "2611 AB",
            "city": "Delft",
        },
        by=world.by,
    )
    world.put(double, "Koor")
    world.group("Zangers", {"group": "Koor"})
    world.group("Stil", {"base": {"everyone": True}, "except": [{"group": "Koor"}]})
    return ada


@pytest.fixture
def double(ada: int) -> int:
    return Contact.objects.get(number="KR-7").pk


def test_namesakes_are_offered_first(client: Client, ada: int, double: int) -> None:
    page = client.get(f"/contacten/{ada}/samenvoegen/").content.decode()
    assert "Met dezelfde naam" in page
    assert f"?met={double}" in page
    assert f"?met={ada}" not in page


def test_another_one_is_found_by_searching(
    client: Client, world: World, ada: int
) -> None:
    bea = world.contact("Bea")
    page = client.get(f"/contacten/{ada}/samenvoegen/?zoek=bea").content.decode()
    assert f"?met={bea}" in page
    page = client.get(f"/contacten/{ada}/samenvoegen/?zoek=xyz").content.decode()
    assert "Niemand gevonden" in page


def test_the_preview_says_what_moves(client: Client, ada: int, double: int) -> None:
    page = client.get(f"/contacten/{ada}/samenvoegen/?met={double}").content.decode()
    assert "Nummer KR-7 leidt voortaan naar Ada Visser." in page
    assert "Erbij: E-mail ada@example.org" in page
    assert "Erbij: Adres Lindelaan 12, 2611 AB Delft" in page
    joined, left = page.split("Komt in:")[1].split("Gaat uit:")
    assert "Zangers" in joined
    assert "Stil" in left
    assert Contact.objects.filter(pk=double).exists()


def test_two_become_one_and_the_old_address_leads_on(
    client: Client, world: World, ada: int, double: int
) -> None:
    page = client.post(
        f"/contacten/{ada}/samenvoegen/", {"met": double}, follow=True
    ).content.decode()
    assert "Nummer KR-7 is met dit contact samengevoegd." in page
    assert "ada@example.org" in page
    assert world.members("Zangers") == {ada}
    old = client.get(f"/contacten/{double}/")
    assert (old.status_code, old["Location"]) == (302, f"/contacten/{ada}/")


def test_the_merge_is_undone_from_the_page_it_was_done_on(
    client: Client, world: World, ada: int, double: int
) -> None:
    address = f"/contacten/{ada}/samenvoegen/"
    page = client.get(address, {"met": double}).content.decode()
    assert "Je kunt het daarna nog ongedaan maken." in page
    page = client.post(address, {"met": double}, follow=True).content.decode()
    change = Change.objects.get(action="contact.merge").number
    undo = f"/wijzigingen/{change}/ongedaan-maken/"
    assert f'action="{undo}"' in page
    back = f"http://testserver/contacten/{ada}/"
    page = client.post(undo, follow=True, headers={"referer": back}).content.decode()
    assert "Dit is ongedaan gemaakt: contacten samengevoegd." in page
    assert world.members("Zangers") == {double}
    assert "KR-7" in client.get(f"/contacten/{double}/").content.decode()


def test_a_merge_is_told_by_name_until_one_is_erased(
    client: Client, world: World, ada: int, double: int
) -> None:
    change = merging.merge_contacts(double, into=ada, by=world.by).change
    address = f"/wijzigingen/{change}/"
    page = client.get(address).content.decode()
    assert "(eerder nummer KR-7)" in page
    for untold in ("created_at", "former", "doubled_mails"):
        assert untold not in page
    undo_change(change, by=world.by)
    page = client.get(address).content.decode()
    assert "eerder nummer" not in page
    assert f'href="/contacten/{double}/"' in page
    erase_contact(ada, by=world.by)
    assert "gewist contact" in client.get(address).content.decode()


@pytest.mark.parametrize("other", ["", "x", "77", "9" * 40])
def test_of_nonsense_the_choice_is_shown_again(
    client: Client, ada: int, other: str
) -> None:
    address = f"/contacten/{ada}/samenvoegen/"
    for response in (
        client.get(address, {"met": other}),
        client.post(address, {"met": other}),
    ):
        assert "Contacten zoeken" in response.content.decode()
    assert Contact.objects.count() == 2


def test_a_contact_is_not_merged_with_itself(client: Client, ada: int) -> None:
    address = f"/contacten/{ada}/samenvoegen/"
    page = client.get(address, {"met": ada}, follow=True).content.decode()
    assert "een en hetzelfde contact" in page
    client.post(address, {"met": ada})
    assert Contact.objects.count() == 2


def test_a_reader_merges_nobody(
    client: Client, reader: User, ada: int, double: int
) -> None:
    client.force_login(reader)
    address = f"/contacten/{ada}/samenvoegen/"
    assert client.get(address).status_code == 403
    assert client.post(address, {"met": double}).status_code == 403
    assert Contact.objects.count() == 2


def test_a_stranger_is_not_found(client: Client, db) -> None:
    assert client.get("/contacten/77/samenvoegen/").status_code == 404


def test_an_erased_contact_leads_nowhere(
    client: Client, world: World, ada: int, double: int
) -> None:
    merging.merge_contacts(double, into=ada, by=world.by)
    page = client.get(f"/contacten/{ada}/wissen/").content.decode()
    assert "samengevoegd niet: KR-7." in page
    client.post(f"/contacten/{ada}/wissen/", {"number": "KR-1"})
    assert client.get(f"/contacten/{double}/").status_code == 404


def test_a_visitor_merges_two_contacts(
    visitor: Visitor, staff: User, world: World, ada: int
) -> None:
    visitor.signs_in(staff)
    visitor.goes_to(f"/contacten/{ada}/")
    visitor.page.get_by_label("Meer voor dit contact").click()
    visitor.page.get_by_role("link", name="Samenvoegen met").click()
    visitor.page.get_by_text("Met dezelfde naam").wait_for()
    visitor.finds_no_fault("contact-merge")
    visitor.page.get_by_role("link", name="Kies Visser, Ada, KR-7").click()
    visitor.page.get_by_text("Zijn deze twee dezelfde?").wait_for()
    visitor.finds_no_fault("contact-merge-preview")
    visitor.page.get_by_role("button", name="Contacten samenvoegen").click()
    visitor.page.get_by_text("Nummer KR-7 is met dit contact samengevoegd.").wait_for()
    assert world.members("Zangers") == {ada}
