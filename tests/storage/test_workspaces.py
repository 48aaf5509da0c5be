"""Files come in whole or not at all, under safe names, and are what their content says."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import time
import zipfile
from pathlib import Path

import pytest

from jupyter_agent.errors import InputRefused, NotFound, StorageError, TooLarge
from jupyter_agent.ids import OWNER, ConversationId, UserId
from jupyter_agent.messages import Attachment
from jupyter_agent.storage.media_types import media_type
from jupyter_agent.storage.names import checked_name, folder_name
from jupyter_agent.storage.store import SqlStore
from jupyter_agent.storage.workspaces import Workspaces

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
MB = 1_000_000


@pytest.fixture
def workspaces(tmp_path: Path) -> Workspaces:
    return Workspaces(tmp_path / "workspaces")


async def talk(store: SqlStore) -> ConversationId:
    return (await store.create_conversation(OWNER, "")).id


async def attach(
    workspaces: Workspaces, store: SqlStore, conversation: ConversationId, name: str, content: bytes
) -> Attachment:
    incoming = await workspaces.receive(OWNER, name, limit=MB)
    await incoming.write(content)
    (attachment,) = await workspaces.attach(store, OWNER, conversation, incoming)
    return attachment


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_an_attachment_is_read_only_and_stands_where_code_works(
    workspaces: Workspaces, store: SqlStore, tmp_path: Path
) -> None:
    conversation = await talk(store)
    attachment = await attach(workspaces, store, conversation, "sales.csv", b"a,b\n1,2\n")
    workspace = workspaces.for_conversation(OWNER, conversation)
    kept, link = workspace.attachments / "sales.csv", workspace.folder / "sales.csv"
    assert (attachment.name, attachment.size, attachment.media_type) == ("sales.csv", 8, "text/csv")
    assert await store.attachments(OWNER, conversation) == (attachment,)
    assert kept.read_bytes() == link.read_bytes() == b"a,b\n1,2\n"
    assert link.is_symlink()
    assert link.resolve() == kept.resolve()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o400
    folders = [path for path in (tmp_path / "workspaces").rglob("*") if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


async def test_several_files_come_in_together_or_not_at_all(
    workspaces: Workspaces, store: SqlStore, tmp_path: Path
) -> None:
    conversation = await talk(store)
    files = [await workspaces.receive(OWNER, name, limit=MB) for name in ("a.csv", "b.csv", "c.csv")]
    files[1].discard()
    with pytest.raises(StorageError):
        await workspaces.attach(store, OWNER, conversation, *files)
    assert await store.attachments(OWNER, conversation) == ()
    assert files_under(tmp_path / "workspaces") == [files[2].path]
    assert [a.name for a in await workspaces.attach(store, OWNER, conversation, files[2])] == ["c.csv"]


async def test_files_of_one_name_are_kept_apart(workspaces: Workspaces, store: SqlStore) -> None:
    conversation = await talk(store)
    workspace = workspaces.for_conversation(OWNER, conversation)
    (workspace.folder / "sales (3).csv").write_text("made by code")
    attached = await asyncio.gather(
        *(attach(workspaces, store, conversation, "sales.csv", b"%d" % number) for number in range(4))
    )
    assert {a.name for a in attached} == {"sales.csv", "sales (2).csv", "sales (4).csv", "sales (5).csv"}
    assert {(workspace.folder / a.name).read_bytes() for a in attached} == {b"0", b"1", b"2", b"3"}
    assert (workspace.folder / "sales (3).csv").read_text() == "made by code"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        ".",
        "..",
        ".bashrc",
        "../sales.csv",
        "a/b.csv",
        "..\\sales.csv",
        "/etc/passwd",
        "a\x00.csv",
        "a\nb.csv",
        "a\x1b[31m.csv",
        "report\u202efdp.csv",
        "x" * 201,
        "ü" * 101,
        "\ud800.csv",
    ],
)
async def test_a_name_that_could_do_harm_is_refused(
    workspaces: Workspaces, name: str, tmp_path: Path
) -> None:
    with pytest.raises(InputRefused) as refusal:
        await workspaces.receive(OWNER, name, limit=MB)
    assert str(refusal.value).isprintable()
    assert not files_under(tmp_path / "workspaces")


def test_names_of_all_languages_are_accepted_in_composed_form() -> None:
    for name in ("Umsätze 2026.csv", "売上.csv", "продажи.xlsx", "📈 a.csv", "a\u202fb.png"):
        assert checked_name(name) == name
    assert checked_name(" u\u0308ber.csv") == "über.csv"


def test_different_people_have_different_folders_whatever_they_are_called() -> None:
    names = ["anna", "Anna", "ANNA", "../anna", "anna/..", "anna@example.org", "", ".", "名前", "x" * 300]
    folders = [folder_name(name) for name in names]
    assert len({folder.casefold() for folder in folders}) == len(names)
    assert all("/" not in folder and folder not in (".", "..") for folder in folders)


async def test_a_file_over_the_limit_is_refused_and_leaves_nothing(
    workspaces: Workspaces, tmp_path: Path
) -> None:
    incoming = await workspaces.receive(OWNER, "big.csv", limit=10 * MB)
    await incoming.write(b"x" * 6 * MB)
    with pytest.raises(TooLarge, match="10 MB"):
        await incoming.write(b"x" * 6 * MB)
    incoming.discard()
    incoming.discard()
    assert not files_under(tmp_path / "workspaces")


async def test_a_file_that_is_discarded_while_it_is_written_leaves_nothing(
    workspaces: Workspaces, tmp_path: Path
) -> None:
    incoming = await workspaces.receive(OWNER, "a.csv", limit=100 * MB)
    writing = [asyncio.create_task(incoming.write(b"x" * 3 * MB)) for _ in range(8)]
    await asyncio.sleep(0)
    incoming.discard()
    await asyncio.gather(*writing)
    assert not files_under(tmp_path / "workspaces")


async def test_what_cannot_be_recorded_leaves_no_file(
    workspaces: Workspaces, store: SqlStore, tmp_path: Path
) -> None:
    incoming = await workspaces.receive(OWNER, "a.csv", limit=MB)
    with pytest.raises(NotFound):
        await workspaces.attach(store, OWNER, ConversationId("0" * 32), incoming)
    incoming.discard()
    assert not files_under(tmp_path / "workspaces")


async def test_a_link_that_cannot_be_made_leaves_no_file(
    workspaces: Workspaces, store: SqlStore, tmp_path: Path
) -> None:
    conversation = await talk(store)
    workspace = workspaces.for_conversation(OWNER, conversation)
    workspace.folder.chmod(0o500)
    with pytest.raises(StorageError):
        await attach(workspaces, store, conversation, "a.csv", b"1")
    assert list(workspace.attachments.iterdir()) == []
    workspace.folder.chmod(0o700)
    assert (await attach(workspaces, store, conversation, "a.csv", b"1")).name == "a.csv"


@pytest.mark.parametrize("steps", range(4))
async def test_a_request_that_is_cancelled_leaves_a_file_that_is_attached_or_none(
    workspaces: Workspaces, store: SqlStore, steps: int
) -> None:
    conversation = await talk(store)
    workspace = workspaces.for_conversation(OWNER, conversation)
    before = asyncio.all_tasks()
    incoming = await workspaces.receive(OWNER, "a.csv", limit=MB)
    attaching = asyncio.create_task(workspaces.attach(store, OWNER, conversation, incoming))
    while not list(workspace.attachments.iterdir()):
        await asyncio.sleep(0)
    for _ in range(steps):
        await asyncio.sleep(0)
    attaching.cancel()
    await asyncio.gather(attaching, return_exceptions=True)
    incoming.discard()
    while rest := asyncio.all_tasks() - before:
        await asyncio.gather(*rest, return_exceptions=True)
    # A thread that nobody waits for is through when all of them are.
    await asyncio.get_running_loop().shutdown_default_executor()
    names = {attachment.name for attachment in await store.attachments(OWNER, conversation)}
    assert {path.name for path in workspace.attachments.iterdir()} == names
    assert {path.name for path in workspace.folder.iterdir()} == names


async def test_an_upload_that_is_over_when_it_is_looked_at_disturbs_no_other(workspaces: Workspaces) -> None:
    first = await workspaces.receive(OWNER, "a.csv", limit=MB)
    # Listed, and not there when it is asked how old it is.
    first.path.with_name("gone").symlink_to("nowhere")
    second = await workspaces.receive(OWNER, "b.csv", limit=MB)
    for file in (first, second):
        file.discard()


async def test_a_file_that_is_taken_out_leaves_nothing_but_what_code_made(
    workspaces: Workspaces, store: SqlStore, tmp_path: Path
) -> None:
    conversation = await talk(store)
    first, second = [await attach(workspaces, store, conversation, name, b"1") for name in ("a.csv", "b.csv")]
    made_by_code = workspaces.for_conversation(OWNER, conversation).folder / "b.csv"
    made_by_code.unlink()
    made_by_code.write_text("made by code")
    for attachment in (first, second):
        await workspaces.detach(store, OWNER, conversation, attachment.id)
    assert files_under(tmp_path / "workspaces") == [made_by_code]
    assert await store.attachments(OWNER, conversation) == ()
    with pytest.raises(NotFound):
        await workspaces.detach(store, OWNER, conversation, first.id)
    again = await attach(workspaces, store, conversation, "a.csv", b"2")
    assert again.name == "a.csv"


async def test_what_a_killed_server_left_is_swept_away(workspaces: Workspaces, tmp_path: Path) -> None:
    fresh = await workspaces.receive(OWNER, "a.csv", limit=MB)
    abandoned = fresh.path.with_name("abandoned")
    abandoned.write_text("half")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(abandoned, (two_days_ago, two_days_ago))
    other = await workspaces.receive(OWNER, "b.csv", limit=MB)
    assert not abandoned.exists()
    assert set(files_under(tmp_path / "workspaces")) == {fresh.path, other.path}
    for file in (fresh, other):
        file.discard()


async def test_a_local_file_is_copied(workspaces: Workspaces, store: SqlStore, tmp_path: Path) -> None:
    source = tmp_path / "big.csv"
    source.write_bytes(b"1,2\n" * 600_000)
    conversation = await talk(store)
    attachment = await workspaces.attach_copy(store, OWNER, conversation, source, limit=5 * MB)
    kept = workspaces.for_conversation(OWNER, conversation).attachments / "big.csv"
    assert kept.read_bytes() == source.read_bytes()
    assert attachment.size == source.stat().st_size
    with pytest.raises(TooLarge):
        await workspaces.attach_copy(store, OWNER, conversation, source, limit=MB)
    with pytest.raises(NotFound):
        await workspaces.attach_copy(store, OWNER, conversation, tmp_path / "none.csv", limit=MB)
    with pytest.raises(InputRefused, match="directory"):
        await workspaces.attach_copy(store, OWNER, conversation, tmp_path, limit=MB)
    assert len(files_under(tmp_path / "workspaces")) == 2


async def delete(workspaces: Workspaces, store: SqlStore, conversation: ConversationId) -> None:
    async with workspaces.deletion(OWNER, conversation):
        await store.delete_conversation(OWNER, conversation)


async def test_deleting_a_workspace_follows_no_links(
    workspaces: Workspaces, store: SqlStore, tmp_path: Path
) -> None:
    conversation, other = await talk(store), await talk(store)
    await attach(workspaces, store, conversation, "a.csv", b"1")
    kept = await attach(workspaces, store, other, "b.csv", b"2")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("keep")
    folder = workspaces.for_conversation(OWNER, conversation).folder
    (folder / "trap").symlink_to(outside)
    await delete(workspaces, store, conversation)
    assert (outside / "precious.txt").exists()
    assert (workspaces.for_conversation(OWNER, other).attachments / kept.name).exists()
    assert not folder.parent.exists()


async def test_folders_without_rights_are_deleted_too(workspaces: Workspaces, store: SqlStore) -> None:
    conversation = await talk(store)
    folder = workspaces.for_conversation(OWNER, conversation).folder
    inner = folder / "closed" / "deeper"
    inner.mkdir(parents=True)
    (inner / "file").write_text("x")
    (folder / "link").symlink_to("closed")
    inner.chmod(0)
    inner.parent.chmod(0)
    await delete(workspaces, store, conversation)
    assert not folder.parent.exists()


async def test_folders_in_folders_without_end_are_deleted_too(
    workspaces: Workspaces, store: SqlStore, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("keep")
    conversation = await talk(store)
    folder = workspaces.for_conversation(OWNER, conversation).folder
    where = os.open(folder, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("x" * 100, dir_fd=where)
        inner = os.open("x" * 100, os.O_RDONLY, dir_fd=where)
        os.symlink(outside, "link", dir_fd=inner)
        os.close(where)
        where = inner
    os.mkdir("closed", mode=0, dir_fd=where)
    os.close(where)
    await delete(workspaces, store, conversation)
    assert not folder.parent.exists()
    assert (outside / "precious.txt").exists()


async def test_a_deletion_that_was_cut_off_is_finished_later(
    workspaces: Workspaces, store: SqlStore, tmp_path: Path
) -> None:
    deleted, kept, lost = await talk(store), await talk(store), await talk(store)
    for conversation in (deleted, kept, lost):
        await attach(workspaces, store, conversation, "a.csv", b"1")
    code = (
        "import asyncio, os, sys\nfrom pathlib import Path\n"
        "from jupyter_agent.storage.store import SqlStore\n"
        "from jupyter_agent.storage.workspaces import Workspaces\n"
        "async def main(database, root, talk, rows):\n"
        "    store = await SqlStore.open(Path(database))\n"
        "    async with Workspaces(Path(root)).deletion('owner', talk):\n"
        "        if rows == 'deleted':\n"
        "            await store.delete_conversation('owner', talk)\n"
        "        os._exit(0)\n"
        "asyncio.run(main(*sys.argv[1:]))\n"
    )
    for conversation, rows in ((deleted, "deleted"), (kept, "kept")):
        arguments = (tmp_path / "data" / "agent.sqlite3", tmp_path / "workspaces", conversation, rows)
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, *map(str, arguments))
        assert await process.wait() == 0
    # A database that was lost must not take the files with it.
    await store.delete_conversation(OWNER, lost)

    await workspaces.sweep(store)

    homes = {path.parent.name for path in (tmp_path / "workspaces").glob("*/*/attachments")}
    assert homes == {kept, lost}
    await delete(workspaces, store, kept)
    assert files_under(tmp_path / "workspaces" / "owner" / "deleted") == []


async def test_a_data_folder_without_rights_is_a_clear_error(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(StorageError, match=r"Permission denied.*JupyterAgent.data_dir"):
        Workspaces(locked / "workspaces").for_conversation(UserId("u"), ConversationId("c"))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("deep.txt", b"[" * 60_000, "text/plain"),
        ("table.csv", b"a,b\n1,2\n", "text/csv"),
        ("TABLE.CSV", "größe,preis\n1,2\n".encode("latin-1") * 20, "text/csv"),
        ("table.csv", "a,b\n".encode("utf-16"), "text/csv"),
        ("empty.csv", b"", "text/csv"),
        ("picture.csv", PNG, "image/png"),
        ("noise.csv", bytes(range(256)) * 40, "application/octet-stream"),
        ("table.tsv", b"a\tb\n", "text/tab-separated-values"),
        ("data.json", b"[1, 2]", "application/json"),
        ("data", b'{"a": 1}', "application/json"),
        ("notes", b"Just words.\n", "text/plain"),
        ("BMI.txt", b"BZhuman,PAR1\n", "text/plain"),
        ("page.html", b"<html></html>", "text/html"),
        ("report.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
        ("t.parquet", b"PAR1\x15\x04\x00\x00", "application/vnd.apache.parquet"),
        ("t.gz", b"\x1f\x8b\x08\x00", "application/gzip"),
        ("cut.csv", "数,値\n".encode() * 30_000, "text/csv"),
    ],
)
def test_a_file_is_what_its_content_says(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    path = tmp_path / "content"
    path.write_bytes(content)
    assert media_type(path, name) == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (
            ["[Content_Types].xml", "xl/workbook.xml"],
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            ["[Content_Types].xml", "word/document.xml"],
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (["a.csv"], "application/zip"),
    ],
)
def test_an_archive_is_what_is_in_it(tmp_path: Path, inside: list[str], expected: str) -> None:
    path = tmp_path / "archive"
    with zipfile.ZipFile(path, "w") as archive:
        for name in inside:
            archive.writestr(name, "x")
    assert media_type(path, "archive.csv") == expected
    path.write_bytes(path.read_bytes()[:40])
    assert media_type(path, "archive.csv") == "application/zip"
