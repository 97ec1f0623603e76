"""The forms of the three kinds of file, as their authors fill them in.

Each form checks its values and gives the JSON Schema by which editors complete them. Descriptions
here are what an author reads while typing. Readers turn a filled form into a value of the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from heraldry import fields as f
from heraldry.fields import wrong


class Form(BaseModel):
    """A part of a file: unknown keys are errors, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    elsewhere: ClassVar[Mapping[str, str]] = {}
    """Keys that do not belong here, and the hint that says where they do."""


def _captions(value: Any) -> Any:
    """One text or a list of texts are the variants of `default`."""
    return {"default": value} if isinstance(value, str | list) else value


class _OrTexts:
    """In the JSON Schema: texts by network, or only the default ones."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        named = handler(core)
        return {"anyOf": [*named["additionalProperties"]["anyOf"], named]}


OpenersField = Annotated[dict[f.CaptionKey, f.Openers], BeforeValidator(_captions), _OrTexts()]
CaptionsField = Annotated[dict[f.CaptionKey, f.Texts], BeforeValidator(_captions), _OrTexts()]


class UtmForm(Form):
    """Templates of the tags; {campaign}, {post}, {team}, {network} and {lang} are filled in."""

    medium: f.Template | None = None
    campaign: f.Template | None = None
    content: f.Template | None = None
    term: f.Template | None = None


def _utm(value: Any) -> Any:
    if isinstance(value, list) or (isinstance(value, str) and value not in ("true", "false")):
        raise wrong(f"expected true, false or templates, found '{value}'", "write utm: false or utm: {content: …}")
    return value == "true" if isinstance(value, str) else value


UtmField = Annotated[bool | UtmForm, BeforeValidator(_utm)]


class TranslationForm(Form):
    """The header of `lab.tr.md`: what is said in another language. All else comes from `lab.md`."""

    title: f.Text
    """What the post is called."""
    url: f.HttpUrl | None = None
    """The translated page, if there is one."""
    image: f.Text | None = None
    """Path of another picture, relative to this file."""
    image_alt: f.Text | None = None
    """What the picture shows, for those who cannot see it."""
    captions: CaptionsField = Field(default_factory=dict)
    """Ready texts in this language, without disclosure and link."""


class PostForm(TranslationForm):
    """The header of a post, `content/posts/**/<slug>.md`."""

    type: f.Type
    """company, industry or employee."""
    tags: f.Slugs = Field(default_factory=list)
    """Subjects, by which teams choose."""
    teams: f.Slugs | None = None
    """Exactly these teams; without it each team's audience rule decides."""
    publish: f.Publish | None = None
    """Not before: each team's own local time, or with an offset one instant for all. Missing: a draft."""
    expires: f.Expires | None = None
    """Ends promotion; a date alone means the end of that day."""
    lang: f.Lang | None = None
    """Language of this file; the programme's first language if missing."""
    campaign: f.Slug | None = None
    """Label for {campaign} in UTM templates."""
    cta: f.Flag = False
    """A call to action, for the mix."""
    pin: f.Flag = False
    """Stays on top of the page."""
    withdraw: f.Withdrawal = None
    """Off every page and feed at the next build, or from a moment on; a tombstone stays at its own address."""
    utm: UtmField | None = None
    """false leaves the link as it is; templates override the programme's."""
    aliases: f.Slugs = Field(default_factory=list)
    """Former slugs of this post, which lead here."""


TranslationForm.elsewhere = {
    key: f"'{key}' belongs in the post itself, the file without a language in its name"
    for key in sorted(PostForm.model_fields.keys() - TranslationForm.model_fields.keys())
} | {"lang": "remove it: the file's name says the language"}


class BrandForm(Form):
    """A coat of arms."""

    logo: f.Text | None = None
    """Path of an SVG, PNG, JPEG or WebP file below content/."""
    color: f.Color | None = None
    """The main colour; readable text on it is computed."""
    accent: f.Color | None = None
    """A second colour for small things."""


class HelperForm(Form):
    """Whom to ask."""

    name: f.Text
    contact: f.Contact


class SeesForm(Form):
    """What a team sees: any match of types, tags, sources or posts shows; languages narrows."""

    types: f.Types = Field(default_factory=list)
    tags: f.Slugs = Field(default_factory=list)
    sources: f.Slugs = Field(default_factory=list)
    posts: f.Slugs = Field(default_factory=list)
    languages: f.Langs = Field(default_factory=list)


class MixForm(Form):
    """The wanted shares of the three types, in percent."""

    company: f.Whole = 0
    industry: f.Whole = 0
    employee: f.Whole = 0


class TeamForm(Form):
    """A team; what it does not say it takes from the teams it extends, then from the programme."""

    name: f.Text
    """What the team is called on its page."""
    tagline: f.Text | None = None
    extends: f.Slugs = Field(default_factory=list)
    """Teams whose settings this one takes over; `sees` adds up, every other key replaces."""
    timezone: f.Zone | None = None
    languages: f.Langs | None = None
    """Preferred first."""
    networks: Annotated[f.Networks, f.OneOrMore] | None = None
    disclosure: dict[f.Lang, f.Text] | None = None
    brand: BrandForm = Field(default_factory=BrandForm)
    utm: UtmForm = Field(default_factory=UtmForm)
    helper: HelperForm | None = None
    mix: MixForm | None = None
    slots: f.WeeklySlots | None = None
    """Weekly moments for 'heraldry plan --fill', in the team's own time."""
    max_per_day: f.Whole | None = None
    """Posts that 'heraldry plan --fill' lets appear on one day, at most, imported entries included."""
    page_size: f.Whole | None = None
    sees: SeesForm = Field(default_factory=SeesForm)
    stage: f.StageName | None = None
    """pilot: unlisted, at an unguessable path; live: listed."""
    opens: f.Day | None = None
    """Before this day the team's page does not exist."""
    pause: f.Pause = None
    """Takes every post off this team's page and feeds, at once or from a moment on."""


class ProgrammeForm(Form):
    """The programme: what holds for all teams unless they say otherwise."""

    name: f.Text
    organisation: f.Text
    tagline: f.Text = ""
    url: f.SiteUrl
    """Where the site will stand; feeds and Open Graph tags need it whole."""
    helper: HelperForm | None = None
    timezone: f.Zone
    languages: Annotated[f.Langs, f.OneOrMore]
    """In order of fallback; the first is the language of posts that name none."""
    brand: BrandForm = Field(default_factory=BrandForm)
    networks: Annotated[f.Networks, f.OneOrMore]
    utm: UtmForm = Field(default_factory=UtmForm)
    disclosure: dict[f.Lang, f.Text]
    """The line that says "I work here", per language; first in every company and employee caption."""
    disclose_industry: f.Flag = False
    """true: the disclosure also stands in industry captions."""
    mix: MixForm | None = None
    slots: f.WeeklySlots = Field(default_factory=list)
    """Weekly moments for 'heraldry plan --fill', in each team's own time."""
    max_per_day: f.Whole | None = None
    """Posts that 'heraldry plan --fill' lets appear on one day of a team, at most; no limit if missing."""
    launch: f.Day | None = None
    page_size: f.Whole = 60
    stale_after: f.Span = f.DEFAULT_STALE
    """Since the last successful check, not since the last news."""
    pause: f.Pause = None
    """Takes every post off every page and feed, at once or from a moment on."""
    indexed: f.Flag = False
    """true lets search engines list team pages."""
    pilot_salt: f.Text | None = None
    """Makes the paths of pilot pages unguessable for those who cannot read this file."""
    demo_day: f.Day | None = None
    """Only for example sites: all dates are written as of this day and move along with the day of the build."""


class TeamsForm(Form):
    """teams.yaml: the programme and its teams."""

    programme: ProgrammeForm
    teams: dict[f.Slug, TeamForm]


class PatternsForm(Form):
    """Regular expressions, by field of an entry; any match counts, letter case does not."""

    title: f.Patterns = Field(default_factory=list)
    category: f.Patterns = Field(default_factory=list)
    author: f.Patterns = Field(default_factory=list)


class AuthForm(Form):
    """Where the credential stands: the name of an environment variable, never the value."""

    env: f.EnvName
    scheme: f.AuthScheme = "bearer"


class DefaultsForm(Form):
    """What holds for every source that does not say otherwise."""

    keep: f.Span = f.DEFAULT_KEEP
    """How long an entry stays on the pages, counted from when it was first seen."""
    max_per_day: f.Whole = 3
    """Entries shown of one day, at most."""
    max_entries: f.Whole | None = None
    """Entries shown at the same time, at most: the newest; no limit if missing."""
    max_bytes: f.Size = f.DEFAULT_SIZE
    """A larger document is refused, packed or unpacked."""
    timeout: f.Wait = f.DEFAULT_TIMEOUT
    """How long reading a feed may take in all."""
    allow_private: f.Flag = False
    """true lets this source stand at a private or loopback address."""
    proxy: f.ProxyUrl | None = None
    """Fetch through this proxy; which addresses may be reached is then the proxy's to check."""


class SourceForm(DefaultsForm):
    """A feed: RSS, RDF, Atom or JSON Feed."""

    url: f.FeedAddress
    """https://…, http://…, or a path inside the repository."""
    type: f.Type
    name: f.Text | None = None
    """What the page calls the source; the feed's key if missing."""
    tags: f.Slugs = Field(default_factory=list)
    teams: f.Slugs | None = None
    lang: f.Lang | None = None
    include: PatternsForm = Field(default_factory=PatternsForm)
    exclude: PatternsForm = Field(default_factory=PatternsForm)
    captions: dict[f.Lang, OpenersField] = Field(default_factory=dict)
    """Openers per language, and per network where they differ; rotated over the entries, {title} is filled in."""
    utm: f.Flag | None = None
    """Default: true for company sources, false for others."""
    review: f.Flag = False
    """true: its entries wait below content/posts/inbox/ for a pull request instead of being published."""
    auth: AuthForm | None = None
    accept_batch: f.Day | None = None
    """The day on which a batch was held that may come in after all; the warning about it says which."""


class LimitsForm(Form):
    """What reading all feeds may cost."""

    run: f.Wait = f.DEFAULT_RUN
    """From the first request to the last answer; a feed that has not answered by then keeps its earlier entries."""
    memory: f.Size = f.DEFAULT_MEMORY
    """For each document or picture while it is read; one that needs more is refused."""


class SourcesForm(Form):
    """sources.yaml: the feeds."""

    defaults: DefaultsForm = Field(default_factory=DefaultsForm)
    limits: LimitsForm = Field(default_factory=LimitsForm)
    sources: dict[f.Slug, SourceForm] = Field(default_factory=dict)
    pin: f.EntryNames = Field(default_factory=list)
    """Imported entries that stay on top of the pages, by address or slug."""
    hide: f.EntryNames = Field(default_factory=list)
    """Imported entries that appear nowhere, by address or slug."""


FILES: dict[str, type[Form]] = {
    "teams": TeamsForm,
    "sources": SourcesForm,
    "post": PostForm,
    "translation": TranslationForm,
}
"""The forms that have a committed JSON Schema, `schemas/<name>.schema.json`."""
