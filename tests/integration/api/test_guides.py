"""The guides over HTTP: a page for each role, in both languages, for anybody."""

import pytest
from apikit import Service

from api.pages.guide import GUIDES


@pytest.mark.parametrize("role", GUIDES)
def test_anybody_reads_a_roles_guide_in_either_language(service: Service, role: str) -> None:
    told = {lang: service.client.get(f"/guide/{role}?lang={lang}") for lang in ("vi", "en")}
    for lang, page in told.items():
        assert page.status_code == 200
        assert page.headers["content-language"] == lang
        assert page.text.count("guide__n") == len(GUIDES[role])
    assert told["vi"].text != told["en"].text


def test_a_picture_of_a_guide_is_served_with_it(service: Service) -> None:
    answer = service.client.get("/static/guide/home.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")


def test_there_is_no_guide_for_a_role_that_nobody_has(service: Service) -> None:
    assert service.client.get("/guide/operator", headers={"Accept": "application/json"}).status_code == 404
