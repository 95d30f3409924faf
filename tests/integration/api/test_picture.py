"""The picture that a shared link shows: of this very lot and moment, and asked about again by what it says."""

from io import BytesIO

from apikit import Service
from PIL import Image

PATH = "/og/09521001000055"


def test_a_lots_page_names_its_picture_and_the_picture_is_there(service: Service) -> None:
    lot = service.born()
    service.anchor()
    page = service.client.get(f"/01/09521001000055/10/{lot}?lang=en", headers={"Accept": "text/html"}).text
    assert f'{PATH}/{lot}.png?lang=en"' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    answer = service.client.get(f"{PATH}/{lot}.png?lang=en")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(answer.content)).size == (1200, 630)


def test_it_is_not_sent_again_while_it_says_the_same_and_is_new_once_something_happened(
    service: Service,
) -> None:
    lot = service.born()
    size = service.anchor()
    first = service.client.get(f"{PATH}/{lot}.png?lang=vi")
    again = service.client.get(f"{PATH}/{lot}.png?lang=vi", headers={"If-None-Match": first.headers["etag"]})
    assert service.size() == size
    assert again.status_code == 304
    assert again.content == b""
    recalled = service.client.post(
        f"/api/v1/lots/09521001000055/{lot}/recall", json={"reason": "HMF"}, headers=service.grower
    )
    assert recalled.status_code == 202, recalled.text
    after = service.client.get(f"{PATH}/{lot}.png?lang=vi")
    assert after.headers["etag"] != first.headers["etag"]
    assert after.content != first.content


def test_a_tem_that_nobody_issued_does_not_get_its_lots_good_picture(service: Service) -> None:
    lot = service.born()
    service.anchor()
    of_lot = service.client.get(f"{PATH}/{lot}.png?lang=vi")
    of_tem = service.client.get(f"{PATH}/{lot}.png?serial=0000000000000WR0N&lang=vi")
    assert of_tem.status_code == 200
    assert of_tem.headers["etag"] != of_lot.headers["etag"]
    assert of_tem.content != of_lot.content


def test_what_names_no_lot_has_no_picture(service: Service) -> None:
    for path in (
        "/og/09521001000054/L1.png",
        "/og/x/L1.png",
        f"{PATH}/a%20b.png",
        f"{PATH}/L1.png?serial=a%20b",
        "/og/perfect.png",
    ):
        assert service.client.get(path).status_code in (400, 404, 422), path
    assert service.client.get("/og/malformed.png?lang=vi").status_code == 200
