"""Photos: really pictures, upright, without metadata, once, and nothing left of what broke off."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

import store
from api.pictures import MAX_SIDE_PX, picture_of
from api.server import serve
from core.errors import InvalidInputError
from store import photos
from tests.api.parts import Api, a_round, assert_problem, saved_plan

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (400, 300), mode: str = "RGB", turn: int = 1
) -> bytes:
    """A photo whose left half is red, with the place it was taken at in its metadata."""
    image = Image.new(mode, size, 255 if mode == "L" else "white")
    if mode == "RGB":
        image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    exif[MAKE] = "PhoneMaker"
    exif.get_ifd(GPS)[2] = (50.0, 5.0, 16.0)
    out = BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(BytesIO(jpeg))
    image.load()
    return image


def test_a_photo_is_written_anew_without_its_metadata() -> None:
    body = photo()
    assert b"PhoneMaker" in body
    found = picture_of(body)
    image = opened(found.jpeg)
    assert (image.format, image.size) == ("JPEG", (400, 300))
    assert (found.width, found.height) == (400, 300)
    assert not image.getexif()
    assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                                 "progression"}  # fmt: skip
    assert b"PhoneMaker" not in found.jpeg


def test_a_comment_and_a_colour_profile_go_too() -> None:
    out = BytesIO()
    Image.new("RGB", (20, 20)).save(out, "JPEG", comment=b"taken by Jan", icc_profile=b"x" * 200)
    assert b"taken by Jan" in out.getvalue()
    found = picture_of(out.getvalue())
    assert b"taken by Jan" not in found.jpeg
    assert "icc_profile" not in opened(found.jpeg).info


def test_it_is_turned_upright() -> None:
    # held on its side: 6 means that it has to be turned by 90 degrees
    image = opened(picture_of(photo(turn=6)).jpeg)
    assert image.size == (300, 400)
    top, bottom = image.getpixel((150, 20)), image.getpixel((150, 380))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, top[1] < 60) == (True, True), "red is above"
    assert min(bottom) > 200


def test_a_large_one_becomes_smaller_and_keeps_its_shape() -> None:
    found = picture_of(photo(size=(4000, 3000)))
    assert (found.width, found.height) == (MAX_SIDE_PX, 1200)
    tall = picture_of(photo("WEBP", size=(600, 3200)))
    assert (tall.width, tall.height) == (300, MAX_SIDE_PX)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("JPEG", mode) for mode in ("RGB", "L", "1", "CMYK")),
        *(("PNG", mode) for mode in ("RGB", "L", "RGBA", "P", "LA", "1", "I;16")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
    ],
)
def test_every_kind_of_picture_is_taken(kind: str, mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (30, 20)).save(out, kind)
    image = opened(picture_of(out.getvalue()).jpeg)
    assert (image.mode, image.size) == ("RGB", (30, 20))


def test_what_is_transparent_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(picture_of(out.getvalue()).jpeg).getpixel((5, 5)) == (255, 255, 255)


def bomb() -> bytes:
    """A PNG of a few kB that says it has 400 million pixels."""
    body = photo("PNG", size=(10, 10))
    head = body[16:24]
    wide = (20_000).to_bytes(4) * 2
    ihdr = b"IHDR" + wide + body[24:29]
    assert body[12:16] + head == b"IHDR" + head
    return body[:12] + ihdr + zlib.crc32(ihdr).to_bytes(4) + body[33:]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is empty"),
        (b"{}", "does not begin like one"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "does not begin like one"),
        (photo()[: len(photo()) // 2], "ends too early"),
        (photo("PNG")[:200], "ends too early"),
        (bomb(), "pixels"),
        (photo("GIF", mode="L"), "does not begin like one"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(body: bytes, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        picture_of(body)


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    out = BytesIO()
    Image.new("1", (8_000, 7_000)).save(out, "PNG")
    with pytest.raises(InvalidInputError, match="8000 x 7000 pixels"):
        picture_of(out.getvalue())


async def send(
    api: Api, stop_id: UUID, body: bytes, photo_id: UUID | None = None, who: str = "crew"
) -> httpx.Response:
    return await api.client.put(
        f"/crew/photos/{photo_id or uuid4()}",
        params={"stop_id": str(stop_id)},
        content=body,
        headers={"Content-Type": "image/jpeg", **api.bearer(who)},
    )


async def kept(api: Api) -> int:
    async with store.connect(api.database_url) as conn:
        return (await photos.kept(conn)).photos


async def on_a_round(api: Api) -> UUID:
    round_ = a_round()
    await saved_plan(api, round_)
    return round_.stops[0].stop_id


async def test_a_photo_is_sent_twice_and_read_by_those_who_may(api: Api) -> None:
    stop_id, photo_id = await on_a_round(api), uuid4()
    assert (await api.report(stop_id, photo_ids=[str(photo_id)])).status_code == 200
    assert_problem(await api.get(f"/photos/{photo_id}"), 404)
    body = photo(size=(2000, 1000))
    first = await send(api, stop_id, body, photo_id)
    assert first.status_code == 200, first.text
    assert (first.json()["width"], first.json()["height"]) == (1600, 800)
    again = await asyncio.gather(*(send(api, stop_id, body, photo_id) for _ in range(3)))
    assert [answer.json() for answer in again] == [first.json()] * 3
    assert await kept(api) == 1
    for who in ("ops", "viewer", "crew"):
        found = await api.get(f"/photos/{photo_id}", who=who)
        assert found.status_code == 200
        assert found.headers["content-type"] == "image/jpeg"
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.headers["cache-control"].startswith("private")
        assert found.headers["content-disposition"] == f'inline; filename="{photo_id}.jpg"'
        assert opened(found.content).size == (1600, 800)
        assert len(found.content) == first.json()["size_bytes"]
    assert_problem(await api.get(f"/photos/{photo_id}", who="other"), 404)
    assert_problem(await api.get(f"/photos/{photo_id}", who="device_admin"), 403)


async def test_a_photo_id_stands_for_one_photo_of_one_stop(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    stop_id, other = round_.stops[0].stop_id, round_.stops[1].stop_id
    photo_id = uuid4()
    assert (await send(api, stop_id, photo(), photo_id)).status_code == 200
    assert_problem(await send(api, stop_id, photo(size=(50, 50)), photo_id), 409)
    assert_problem(await send(api, other, photo(), photo_id), 409)
    assert await kept(api) == 1


async def test_only_the_own_stops_take_photos(api: Api) -> None:
    stop_id = await on_a_round(api)
    assert_problem(await send(api, stop_id, photo(), who="other"), 404)
    assert_problem(await send(api, uuid4(), photo()), 404)
    assert_problem(await send(api, stop_id, photo(), who="ops"), 403)
    answer = await api.client.put(
        f"/crew/photos/{uuid4()}", content=photo(), headers=api.bearer("crew")
    )
    assert assert_problem(answer, 422)["errors"][0]["parameter"] == "stop_id"
    assert await kept(api) == 0


async def test_what_is_no_photo_or_too_large_is_refused_and_nothing_is_kept(api: Api) -> None:
    stop_id = await on_a_round(api)
    broken = assert_problem(await send(api, stop_id, photo()[:900]), 422)
    assert "did not arrive whole" in broken["detail"]
    assert broken["errors"][0]["pointer"] == "#"
    large = assert_problem(await send(api, stop_id, b"\xff\xd8" + b"x" * 5_242_880), 413)
    assert "make it smaller" in large["detail"]

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(90):
            yield b"x" * 65_536

    answer = await api.client.put(
        f"/crew/photos/{uuid4()}?stop_id={stop_id}",
        content=unannounced(),
        headers=api.bearer("crew"),
    )
    assert_problem(answer, 413)
    assert await kept(api) == 0


async def test_an_upload_that_breaks_off_leaves_nothing_and_holds_no_connection(api: Api) -> None:
    stop_id, body = await on_a_round(api), photo(size=(1600, 1200))
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(api.app, host="127.0.0.1", port=0, started=address.set_result)
    )
    port = int((await address).rpartition(":")[2])
    lines = []
    for _ in range(12):  # more than there are connections to the database
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"PUT /crew/photos/{uuid4()}?stop_id={stop_id} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {api.bearer('crew')['Authorization']}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body[: len(body) // 2]
        )
        await writer.drain()
        lines.append((reader, writer))
    await asyncio.sleep(0.5)
    assert (await api.get("/crew/round", who="crew")).status_code == 200
    for _, writer in lines:
        writer.close()
    await asyncio.sleep(0.5)
    assert await kept(api) == 0
    assert (await send(api, stop_id, body)).status_code == 200
    serving.cancel()
    await asyncio.wait([serving])


async def test_old_photos_and_the_oldest_of_too_many_are_deleted(api: Api) -> None:
    stop_id, start = await on_a_round(api), api.clock.now
    sizes = []
    for day in range(4):
        api.clock.now = start + timedelta(days=day)
        sizes.append((await send(api, stop_id, photo(size=(100 + day, 80)))).json()["size_bytes"])
    async with store.connect(api.database_url) as conn:
        gone = await photos.prune(conn, before=start + timedelta(hours=1), max_bytes=10**9)
        assert (gone.photos, gone.size_bytes) == (1, sizes[0])
        gone = await photos.prune(conn, before=start, max_bytes=sizes[3] + sizes[2])
        assert (gone.photos, gone.size_bytes) == (1, sizes[1])
        left = await photos.kept(conn)
    assert left == photos.Kept(
        photos=2, size_bytes=sizes[2] + sizes[3], oldest_at=start + timedelta(days=2)
    )
