"""heraldry preview: what merging a change does, worked out from real repositories."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from site_text import picture, write_site

from heraldry.cli import main, options

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@acme.example",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@acme.example",
    "GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "LC_ALL": "C",
}

WORLD = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Istanbul
  languages: [en, tr, ko]
  networks: [linkedin, x]
  disclosure: {en: I work at Acme., tr: Acme çalışanıyım., ko: 저는 Acme 직원입니다.}
  pilot_salt: a long and secret salt
teams:
  everyone: {name: Everyone, sees: {types: [company]}}
  seoul: {name: 서울 영업, sees: {types: [company]}, timezone: Asia/Seoul}
  lab: {name: Lab, sees: {tags: [research]}, stage: pilot, opens: 2027-01-11}
=== sources.yaml ===
sources: {}
=== content/posts/old.md ===
---
title: We hired ten people
type: company
url: https://acme.example/ten
publish: 2026-11-20 09:00
---
All of them are kind.
=== content/policy/social-media.md ===
---
title: Social media policy
version: 1.2
effective: 2026-10-05
owner: Communications
approver: Legal
review_by: 2027-10-04
---
# Social media policy

Share what you like.

## Disclosure

Say in the text that you
work at Acme.
"""

LAB = """\
=== content/posts/lab.md ===
---
title: We opened our Ankara lab
url: https://acme.example/lab
type: company
tags: [research]
publish: 2026-12-01 09:00
expires: 2026-12-31
captions: {default: Come and see our lab., x: "Come: it is loud."}
---
Worth sharing.
"""


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "clock", lambda: NOW)


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **IDENTITY}, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def commit(root: Path, text: str = "", others: Mapping[str, bytes] = {}, gone: tuple[str, ...] = ()) -> None:
    """One more commit, with these files over those that are there."""
    kept = {"teams.yaml": (root / "teams.yaml").read_bytes()} if (root / "teams.yaml").exists() else {}
    write_site(root, text, {**({} if "=== teams.yaml ===" in text else kept), **others})
    for path in gone:
        (root / path).unlink()
    run(root, "add", "--all")
    run(root, "commit", "--quiet", "--allow-empty", "-m", "site")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose only commit holds the world."""
    folder = tmp_path / "repository"
    folder.mkdir()
    run(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, WORLD)
    return folder


def heraldry(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["preview", "-C", str(root), *arguments], catch_exceptions=False)


def summary(root: Path, *arguments: str) -> str:
    done = heraldry(root, *(arguments or ("HEAD^", "HEAD")))
    assert done.exit_code == 0, done.stderr
    return done.stdout


def facts(root: Path, *arguments: str) -> Any:
    done = heraldry(root, *(arguments or ("HEAD^", "HEAD")), "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def post(told: Any, slug: str) -> Any:
    return next(one for one in told["posts"] if one["slug"] == slug)


# The whole summary ----------------------------------------------------------------------------------


def test_the_summary_of_a_new_post_says_where_and_when(root: Path) -> None:
    commit(root, LAB)
    base, head = (run(root, "rev-parse", "--short=10", name) for name in ("HEAD^", "HEAD"))
    assert (
        summary(root)
        == f"""\
## What merging this does

If this is merged now: 1 post (1 new). The first goes live on Tue 1 Dec 2026, 09:00 Asia/Seoul (UTC+9). \
No new problem. Compared: `{base}` and `{head}`, as of 2026-11-22 09:30 UTC.

### Posts

#### New: We opened our Ankara lab

`content/posts/lab.md` · company · en

Public anywhere not before Tue 1 Dec 2026, 09:00 Asia/Seoul (UTC+9), that is 2026-12-01 00:00 UTC.

| Teams | Goes live | Ends |
| --- | --- | --- |
| Everyone | Tue 1 Dec 2026, 09:00 Europe/Istanbul (UTC+3) | Fri 1 Jan 2027, 00:00 Europe/Istanbul (UTC+3) |
| 서울 영업 | Tue 1 Dec 2026, 09:00 Asia/Seoul (UTC+9) | Fri 1 Jan 2027, 00:00 Asia/Seoul (UTC+9) |
| Lab | not on the page: its promotion has ended | – |

<details><summary>2 captions, with disclosure and link</summary>

> I work at Acme.
>
> Come and see our lab.

en · LinkedIn 37 / 3,000 characters

> I work at Acme.
>
> Come: it is loud.

en · X 57 / 280 characters by X's count

</details>

### Pages that differ at once

- no share page, but for the line that says when the next post comes

### What happens next by itself

- Tue 1 Dec 2026, 09:00 Asia/Seoul (UTC+9): “We opened our Ankara lab” appears (서울 영업)
- Tue 1 Dec 2026, 09:00 Europe/Istanbul (UTC+3): “We opened our Ankara lab” appears (Everyone)
- Fri 1 Jan 2027, 00:00 Asia/Seoul (UTC+9): “We opened our Ankara lab” leaves (서울 영업)
- Fri 1 Jan 2027, 00:00 Europe/Istanbul (UTC+3): “We opened our Ankara lab” leaves (Everyone)
"""
    )


def test_what_is_live_at_once_is_said_loudly(root: Path) -> None:
    commit(root, LAB.replace("2026-12-01", "2026-11-21"))
    said = summary(root)
    assert "**1 post goes live at once: “We opened our Ankara lab”.**" in said
    assert "**Public at once:** its hour was Sat 21 Nov 2026, 09:00 Asia/Seoul" in said
    assert "| Everyone | **already live when merged:** its hour was Sat 21 Nov 2026, 09:00 Europe/Istanbul" in said
    assert "- Everyone, 서울 영업: page 1, feeds" in said


def test_the_same_change_at_another_time_is_another_summary(root: Path) -> None:
    commit(root, LAB)
    assert "live at once" in summary(root, "HEAD^", "HEAD", "--at", "2026-12-01 09:00")
    assert "live at once" not in summary(root, "HEAD^", "HEAD", "--at", "2026-11-30 23:59+00:00".replace(" ", "T"))


def test_a_changed_post_is_shown_key_by_key(root: Path) -> None:
    commit(
        root,
        """\
=== content/posts/old.md ===
---
title: We hired twelve people
type: company
url: https://acme.example/ten
publish: 2026-11-20 09:00
expires: 2026-11-30
---
All of them are very kind.
""",
    )
    said = summary(root)
    assert "#### Changed: We hired twelve people" in said
    assert "- **expires**: – → 2026-12-01 00:00 in each team's own time" in said
    assert "**title**: We hired <del>&#8203;ten&#8203;</del><ins>&#8203;twelve&#8203;</ins> people\n" in said
    assert "- **text**: All of them are <ins>&#8203;very </ins>&#8203;kind." in said
    assert "on the page since Fri 20 Nov 2026, 09:00 Europe/Istanbul" in said
    assert "at once" not in said.partition("### Pages")[0]


@pytest.mark.parametrize(
    ("edit", "fate", "words"),
    [
        ("withdraw: true", "withdrawn", "not on the page: it was withdrawn"),
        ("withdraw: true", "withdrawn", "**Withdrawn:** it is on no page and in no feed."),
        ("expires: 2026-11-21", "changed", "not on the page: its promotion has ended"),
        ("lang: tr", "changed", "languages"),
    ],
)
def test_what_is_done_to_a_post_is_named(root: Path, edit: str, fate: str, words: str) -> None:
    body = (root / "content/posts/old.md").read_text().replace("type: company", f"type: company\n{edit}")
    commit(root, others={"content/posts/old.md": body.encode()})
    assert post(facts(root), "old")["change"] == fate
    assert words in summary(root)


def test_a_draft_says_why_it_is_not_on_a_page(root: Path) -> None:
    commit(root, LAB.replace("publish: 2026-12-01 09:00\n", ""))
    said = summary(root)
    assert "Not public anywhere" in said
    assert "| Everyone, Lab | not on the page: it has no publish time | – |" in said


def test_a_removed_post_leaves_its_pages(root: Path) -> None:
    commit(root, gone=("content/posts/old.md",))
    said = summary(root)
    assert "#### Removed: We hired ten people" in said
    assert "**Leaves at once:** Everyone, 서울 영업." in said


def test_a_renamed_post_is_no_new_one(root: Path) -> None:
    run(root, "mv", "content/posts/old.md", "content/posts/ten.md")
    commit(root)
    told = facts(root)
    assert [(one["change"], one["was"]) for one in told["posts"]] == [("renamed", "old")]
    assert "What leads to `posts/old/` leads nowhere" in summary(root)


def test_a_broken_post_is_not_published_and_its_problem_is_new(root: Path) -> None:
    commit(root, LAB.replace("url:", "ulr:"))
    said = summary(root)
    assert "**1 new problem, 1 error among them**" in said
    assert "- **error** `content/posts/lab.md` 3:1: unknown key 'ulr' *did you mean 'url'?*" in said
    assert "**Not published: it has errors, which stand above.**" in said


def test_a_mended_problem_is_told_and_one_that_only_moved_is_not(root: Path) -> None:
    commit(root, LAB.replace("url:", "ulr:") + "=== content/posts/x.md ===\n---\ntitle: X\ntyp: company\n---\n")
    commit(root, LAB + "=== content/posts/x.md ===\n---\n# moved\ntitle: X\ntyp: company\n---\n")
    told = facts(root)
    assert [p["message"] for p in told["problems"]["mended"]] == ["unknown key 'ulr'"]
    assert told["problems"]["new"] == []
    assert post(told, "lab")["broken"] is False


def test_a_caption_that_is_too_long_stands_open_and_is_marked(root: Path) -> None:
    commit(root, LAB.replace("Come: it is loud.", "x" * 300))
    said = summary(root)
    assert "**X 340 / 280 characters by X's count: too long by 60**" in said
    assert "<summary>2 captions" not in said


def test_lengths_are_those_of_the_longest_caption_of_any_team(root: Path) -> None:
    teams = (
        (root / "teams.yaml")
        .read_text()
        .replace("timezone: Asia/Seoul}", "timezone: Asia/Seoul, disclosure: {en: I work in sales at Acme in Seoul.}}")
    )
    commit(root, LAB, {"teams.yaml": teams.encode()})
    lengths = post(facts(root), "lab")["captions"][0]["lengths"]
    assert lengths[0]["length"] == len("I work in sales at Acme in Seoul.\nCome and see our lab.")


# Settings -------------------------------------------------------------------------------------------


def retold(root: Path, *edits: tuple[str, str]) -> str:
    body = (root / "teams.yaml").read_text("utf-8")
    for old, new in edits:
        assert old in body
        body = body.replace(old, new)
    commit(root, others={"teams.yaml": body.encode()})
    return summary(root)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  lab:", "  hr: {name: HR, sees: {tags: [hiring]}}\n  lab:", "new team 'HR': sees tag hiring; live;"),
        ("name: Everyone", "name: All", "team 'All': renamed from 'Everyone'"),
        ("  everyone:", "  all:", "team 'Everyone' is called 'all' instead of 'everyone'"),
        ("{tags: [research]}", "{tags: [hiring]}", "team 'Lab': now also sees tag hiring"),
        ("{tags: [research]}", "{tags: [hiring]}", "team 'Lab': no longer sees tag research"),
        ("stage: pilot, opens: 2027-01-11", "opens: 2027-01-11", "goes from pilot to live"),
        ("opens: 2027-01-11", "opens: 2027-01-12", "opens: 2027-01-11 → 2027-01-12"),
        ("name: Lab,", "name: Lab, pause: true,", "team 'Lab': paused \\(yes\\): its posts go"),
        ("  networks:", "  pause: true\n  networks:", "programme: paused \\(yes\\): its posts go"),
        ("[linkedin, x]", "[linkedin]", "programme: networks: linkedin, x → linkedin"),
        ("timezone: Asia/Seoul", "timezone: Asia/Tokyo", "timezone: Asia/Seoul → Asia/Tokyo"),
    ],
)
def test_a_change_of_the_settings_is_told_in_words(root: Path, old: str, new: str, said: str) -> None:
    assert said in retold(root, (old, new))


def test_a_change_of_the_whole_programme_is_told_once(root: Path) -> None:
    said = retold(root, ("[linkedin, x]", "[linkedin]"))
    assert said.count("networks:") == 1


def test_teams_that_see_more_or_fewer_posts_are_counted(root: Path) -> None:
    said = retold(root, ("서울 영업, sees: {types: [company]}", "서울 영업, sees: {types: [employee]}"))
    assert "- 서울 영업: 0 posts more, 1 fewer" in said
    assert "**Leaves at once" not in said  # the post is as it was: its pages are told below
    assert "- 서울 영업: page 1, feeds" in said


def test_nothing_of_a_pilots_address_or_salt_is_told(root: Path) -> None:
    body = (root / "teams.yaml").read_text("utf-8").replace("opens: 2027-01-11", "opens: 2026-11-01")
    commit(root, LAB.replace("2026-12-01", "2026-11-20"), {"teams.yaml": body.encode()})
    commit(root, others={"teams.yaml": body.replace("a long and secret salt", "another secret salt").encode()})
    for commits in (("HEAD^", "HEAD"), ("HEAD~2", "HEAD")):
        for form in ((), ("--json",)):
            said = heraldry(root, *commits, *form).stdout
            assert "Lab" in said
            assert "salt changes" in said
            assert not re.search(r"lab-[0-9a-f]{6}|secret salt", said)


def test_sources_are_told_in_words_without_their_keys(root: Path) -> None:
    source = "=== sources.yaml ===\nsources:\n  blog: {url: 'https://acme.example/f?key=s3cret', type: company}\n"
    commit(root, source)
    said = summary(root)
    assert "No new problem." in said
    assert "new source 'blog' \\(company, en\\): https:&#8203;//acme.example/f?…; entries are published" in said
    commit(root, source.replace("s3cret", "0ther").replace("type: company", "type: industry"))
    changed = summary(root)
    assert "source 'blog': type: company → industry" in changed
    assert "url: https:&#8203;//acme.example/f?…, with other credentials" in changed
    commit(root, "=== sources.yaml ===\nsources: {}\n")
    assert "source 'blog' goes" in summary(root)
    assert "s3cret" not in said + changed
    assert "0ther" not in changed


# Policy and handbook --------------------------------------------------------------------------------


def test_a_changed_policy_is_a_redline_and_its_version_is_compared(root: Path) -> None:
    path = "content/policy/social-media.md"
    body = (root / path).read_text().replace("Say in the text that you\nwork", "Say first, in the text, that\nyou work")
    commit(root, others={path: body.encode()})
    said = summary(root)
    assert "#### `content/policy/social-media.md`\n\nversion 1\\.2, effective 2026-10-05\n\n" in said
    assert "**Its text changes and its version does not.**" in said
    assert (
        "> *Disclosure*\n>\n> Say&#8203;<ins> first,&#8203;</ins> in the text&#8203;<ins>&#8203;,&#8203;</ins> that you"
        in said
    )
    commit(root, others={path: body.replace("version: 1.2", "version: 1.3").encode()})
    assert "version 1\\.2 → **1\\.3**" in summary(root)


def test_line_ends_are_no_change_of_a_policy(root: Path) -> None:
    path = "content/policy/social-media.md"
    commit(root, others={path: (root / path).read_bytes().replace(b"\n", b"\r\n")})
    assert "### Policy" not in summary(root)


def test_handbook_pages_are_named(root: Path) -> None:
    commit(root, "=== content/handbook/share.md ===\n---\ntitle: Share\n---\n# Share\n")
    assert "### Handbook\n\n- new: `content/handbook/share.md`" in summary(root)


# Repositories as they are ----------------------------------------------------------------------------


def test_the_working_tree_is_compared_as_it_lies_there(root: Path) -> None:
    write_site(root, LAB, {"teams.yaml": (root / "teams.yaml").read_bytes()})
    assert [one["slug"] for one in facts(root, "HEAD")["posts"]] == ["lab"]


def test_nothing_in_the_checkout_is_touched(root: Path) -> None:
    commit(root, LAB)
    before = _all(root)
    summary(root)
    summary(root, "HEAD^")
    assert _all(root) == before


def _all(root: Path) -> dict[str, tuple[float, bytes]]:
    return {str(path): (path.stat().st_mtime, path.read_bytes()) for path in root.rglob("*") if path.is_file()}


def test_a_shallow_clone_of_two_commits_is_enough(root: Path, tmp_path: Path) -> None:
    run(root, "checkout", "--quiet", "-b", "change")
    commit(root, LAB)
    run(root, "checkout", "--quiet", "main")
    commit(root, "=== content/handbook/a.md ===\n---\ntitle: A\n---\n")
    run(root, "merge", "--quiet", "--no-ff", "-m", "merged", "change")
    run(tmp_path, "clone", "--quiet", "--depth=2", root.as_uri(), "shallow")
    told = facts(tmp_path / "shallow", "HEAD^1", "HEAD")
    assert [one["slug"] for one in told["posts"]] == ["lab"]
    assert told["handbook"] == {}


@pytest.mark.parametrize("name", ["nope", "--help-me", "HEAD~9", "", "a\nb", "HEAD:teams.yaml"])
def test_a_revision_that_is_none_is_one_sentence(root: Path, name: str) -> None:
    done = heraldry(root, "--", name)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "names no commit" in done.stderr


def test_where_there_is_no_repository_that_is_said(tmp_path: Path) -> None:
    done = heraldry(write_site(tmp_path, ""), "HEAD")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no git repository" in done.stderr


def test_a_site_in_a_folder_of_a_repository_is_compared_with_itself(tmp_path: Path) -> None:
    top = tmp_path / "mono"
    write_site(top / "sites/voices", WORLD)
    (top / "teams.yaml").write_text("something else")
    run(top, "init", "--quiet")
    run(top, "add", "--all")
    run(top, "commit", "--quiet", "-m", "one")
    commit(top / "sites/voices", LAB)
    assert [one["slug"] for one in facts(top / "sites/voices")["posts"]] == ["lab"]


def test_the_first_commit_of_a_site_makes_everything_new(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    run(folder, "init", "--quiet")
    run(folder, "commit", "--quiet", "--allow-empty", "-m", "nothing")
    commit(folder, WORLD)
    said = summary(folder)
    assert "1 post (1 new)" in said
    assert "new team 'Everyone': sees type company" in said
    assert "- Everyone, 서울 영업: all of it new" in said
    assert "No new problem." in said


@pytest.mark.parametrize("broken", ["programme: [", "teams: {}\n"])
def test_a_base_that_is_broken_is_mended(root: Path, broken: str) -> None:
    sound = (root / "teams.yaml").read_bytes()
    commit(root, others={"teams.yaml": broken.encode()})
    commit(root, LAB, {"teams.yaml": sound})
    told = facts(root)
    assert {one["slug"] for one in told["posts"]} == {"old", "lab"}
    assert told["problems"]["mended"] != []
    assert told["possible"] is True


@pytest.mark.parametrize("broken", [b"programme: [", None])
def test_a_change_after_which_nothing_can_be_published_says_so(root: Path, broken: bytes | None) -> None:
    if broken is None:
        (root / "teams.yaml").unlink()
        run(root, "commit", "--quiet", "-a", "-m", "gone")
    else:
        commit(root, others={"teams.yaml": broken})
    said = summary(root)
    assert "**Nothing can be published after this" in said
    assert "teams.yaml" in said
    assert "heraldry-" not in said


def test_links_and_submodules_are_not_followed(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Secret\ntype: company\npublish: 2026-11-01\n---\nTop secret words\n")
    (root / "content/posts/stolen.md").symlink_to(secret)
    shutil.rmtree(root / "content/policy")
    (root / "content/policy").symlink_to(tmp_path)
    run(root, "update-index", "--add", "--cacheinfo", f"160000,{run(root, 'rev-parse', 'HEAD')},content/posts/sub")
    commit(root)
    for arguments in (("HEAD^", "HEAD"), ("HEAD^",)):
        told = json.dumps(facts(root, *arguments))
        assert "ecret words" not in told
        assert "stolen" not in told


def test_a_link_in_the_place_of_the_posts_is_a_problem(root: Path) -> None:
    shutil.move(root / "content/posts", root / "content/elsewhere")
    (root / "content/posts").symlink_to("elsewhere")
    commit(root)
    for arguments in (("HEAD^", "HEAD"), ("HEAD^",)):
        told = facts(root, *arguments)
        assert told["possible"] is False
        assert "a link is not followed" in told["problems"]["new"][0]["message"]


def test_binary_files_and_odd_names_do_no_harm(root: Path) -> None:
    odd = {
        "content/posts/a b`|@x.md": b"\x00\xff",
        "content/policy/bin.md": b"\xff\xfe",
        "content/media/ü.jpg": picture(),
    }
    commit(root, "", odd)
    said = summary(root)
    assert "content/policy/bin.md" in said
    assert "@&#8203;x.md" in said


def test_a_picture_with_other_bytes_is_a_page_that_differs(root: Path) -> None:
    post_text = LAB.replace("2026-12-01", "2026-11-20").replace(
        "---\nWorth", "image: ../media/lab.jpg\nimage_alt: The lab\n---\nWorth"
    )
    commit(root, post_text, {"content/media/lab.jpg": picture()})
    Image.new("RGB", (4, 3), "#ff7a00").save(root / "content/media/lab.jpg")
    commit(root)
    told = facts(root)
    assert told["posts"] == []
    assert told["pages"]["teams"] == {"Everyone": ["page 1"], "서울 영업": ["page 1"]}
    assert told["pages"]["others"] == ["1 picture new, 1 picture gone"]


def test_entries_of_the_archive_stay_where_they_are(root: Path) -> None:
    feed = """\
=== sources.yaml ===
sources:
  blog: {url: feeds/blog.json, type: company}
=== feeds/blog.json ===
{"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "items": [
 {"id": "1", "url": "https://acme.example/1", "title": "From the feed", "date_published": "2026-11-20T09:00:00Z"}]}
"""
    commit(root, feed)
    commit(root, LAB.replace("2026-12-01", "2026-11-20"))
    told = facts(root)
    assert told["problems"] == {"new": [], "mended": []}
    assert set(told["pages"]["teams"]) == {"Everyone", "서울 영업"}
    assert facts(root, "HEAD~2", "HEAD^")["sources"][0].startswith("new source 'blog'")
    assert facts(root, "HEAD~2", "HEAD^")["reach"][0] == {"team": "Everyone", "more": 1, "fewer": 0}


def test_a_template_that_breaks_is_a_problem(root: Path) -> None:
    commit(root, "=== theme/share/team.html ===\n{{ nothing.such }}\n")
    told = facts(root)
    assert told["problems"]["new"][0]["path"] == "theme/share/team.html"
    assert told["pages"] is None
    assert told["theme"] == {"new": ["theme/share/team.html"]}


# Given to others ------------------------------------------------------------------------------------


def test_it_can_be_written_into_a_file(root: Path, tmp_path: Path) -> None:
    commit(root, LAB)
    done = heraldry(root, "HEAD^", "HEAD", "--out", str(tmp_path / "preview.md"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert (tmp_path / "preview.md").read_text("utf-8") == summary(root)


def test_a_summary_is_never_longer_than_github_takes(root: Path) -> None:
    long = "\n".join(f"    - {number} {'word ' * 300}" for number in range(30))
    texts = [
        f"=== content/posts/p{n}.md ===\n---\ntitle: Post {n}\ntype: company\nurl: https://acme.example/{n}\n"
        f"publish: 2026-12-01 09:00\ncaptions:\n  linkedin:\n{long}\n---\n"
        for n in range(40)
    ]
    commit(root, "".join(texts))
    said = summary(root)
    assert 700_000 < len(said.encode()) <= 900_000
    assert re.search(r"\*\*Left out, because GitHub takes no longer text: \d+ posts", said)
    assert "### What happens next by itself" in said
    assert said.count("<details>") == said.count("</details>")


def test_of_a_large_site_only_what_changed_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from heraldry.pipeline import comparing

    commit(root, LAB.replace("2026-12-01", "2026-11-20").replace("type:", "aliases: [laboratory]\ntype:"))
    commit(root, LAB.replace("lab.md", "laboratory.md").replace("2026-12-01", "2026-11-20"))
    whole = facts(root)
    monkeypatch.setattr(comparing, "WHOLE", 1)
    part = facts(root)
    assert part["problems"]["new"] == whole["problems"]["new"] != []
    assert part["posts"] == whole["posts"]
    assert part["pages"]["exact"] is False
    assert (whole["whole"], part["whole"]) == (True, False)
    assert "The site is large" in summary(root)
    said = retold(root, ("서울 영업, sees: {types: [company]}", "서울 영업, sees: {types: [employee]}"))
    assert "team '서울 영업': no longer sees type company" in said
    assert "### Who sees more" not in said
    assert "- not worked out: the site is large" in said
