"""Settings: the environment and a `.env` file, read once, in this file alone."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, NoDecode, SettingsConfigDict

from synthaix.orchestration.config import Config, Provider, keys_of
from synthaix.orchestration.schema.nearest import nearest

PREFIX = "SYNTHAIX_"
DATABASES = ("postgresql", "postgres", "postgresql+asyncpg")
QUEUES = ("redis", "rediss", "unix")
Source = Literal["environment", ".env", "default"]


class SettingsInvalid(Exception):
    """A setting has a value that it cannot have. The message names it and the rule, never the value."""


def _folder(value: object) -> object:
    return Path(value).expanduser().absolute() if isinstance(value, str | Path) else value


def _no_cap(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() in ("none", "") else value


def _blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _beginning(*schemes: str) -> AfterValidator:
    def check(value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().partition("://")[0] not in schemes:
            raise ValueError("it begins with " + " or ".join(f"{name}://" for name in schemes))
        return value

    return AfterValidator(check)


def _split(value: object) -> object:
    return tuple(filter(None, (each.strip() for each in value.split(",")))) if isinstance(value, str) else value


def _web_address(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
    if not safe or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("it is an https:// address, or an http:// one of this machine")
    return value.rstrip("/")


def _of_a_server(value: str | None) -> str | None:
    parts = urlsplit(value or "http://x")
    bare = parts.path in ("", "/") and "@" not in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise ValueError("it is http://host:port or https://host:port, without a path, a user or a password")
    return value


def _an_embedder(value: str) -> str:
    kind, _, name = value.strip().partition(":")
    if (kind.lower(), bool(name)) not in (("use", False), ("hash", False), ("openai", True), ("chroma", True)):
        raise ValueError("it is use, hash, openai:MODEL or chroma:NAME")
    return f"{kind.lower()}:{name}" if name else kind.lower()


def _a_place(value: str | None) -> str | None:
    if value is None or "://" in value:
        return value
    return str(Path(value).expanduser().absolute())


def _of_keys(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        keys_of(value.get_secret_value())
    return value


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("synthaix", appauthor=False))


Key = Annotated[SecretStr | None, BeforeValidator(_blank)]
Words = Annotated[str | None, BeforeValidator(_blank)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """Every setting with its default and its meaning. Frozen."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    home: Annotated[Path, BeforeValidator(_folder)] = Field(
        default_factory=_data_folder, description="data folder: store, vectors, exports"
    )
    exports: Annotated[Words, AfterValidator(_a_place)] = Field(
        default=None,
        description="where files of jobs are kept, a folder or `s3://bucket/folder` (fsspec): the same for all "
        "servers, so that each serves what another made; default: a folder in the data folder",
    )
    database_url: Annotated[Key, _beginning(*DATABASES)] = Field(
        default=None,
        description="PostgreSQL database that several machines share, `postgresql://user:password@host/name`; "
        "default: a SQLite file in the data folder",
    )
    chroma_url: Annotated[Words, AfterValidator(_of_a_server)] = Field(
        default=None,
        description="Chroma server that keeps text vectors for all processes, `http://host:port`; "
        "default: a directory for each job in the data folder",
    )
    encryption_key: Annotated[Key, AfterValidator(_of_keys)] = Field(
        default=None,
        description="seals rows, replies of the model, proposals and schemas in the store: 32 random bytes in base64; "
        "of several, comma-separated, the first seals and all open",
    )
    redis_url: Annotated[Key, _beginning(*QUEUES)] = Field(
        default=None,
        description="Redis or Valkey server through which servers and workers share model calls, "
        "`redis://user:password@host:6379/0`; default: each process makes its own",
    )
    max_calls: Annotated[int | None, BeforeValidator(_no_cap)] = Field(
        default=None, ge=1, description="model calls in flight of a whole fleet, with REDIS_URL; none: as it has room"
    )
    provider: Annotated[Provider | None, BeforeValidator(_lower)] = Field(
        default=None, description="whose model writes text: openai, gemini or offline; default: what the keys say"
    )
    model: Words = Field(default=None, description="the model's name, as the provider knows it")
    base_url: Words = Field(default=None, description="address of an OpenAI-compatible endpoint")
    embedder: Annotated[str, AfterValidator(_an_embedder)] = Field(
        default="use",
        description="what compares texts: use (sentence encoder), hash (n-grams), openai:MODEL (paid embeddings) or "
        "chroma:NAME (an embedding function of chromadb)",
    )
    max_workers: int = Field(default=20, ge=1, le=256, description="model calls in flight of one job")
    max_rows: int = Field(default=10_000_000, ge=1, description="most rows of one table of one job")
    max_cost_usd: Annotated[float | None, BeforeValidator(_no_cap)] = Field(
        default=5.0, ge=0, description="most that one job may cost, in dollars; none: no cap"
    )
    preview_cost_usd: float = Field(
        default=0.05, ge=0, description="most that is spent before the user's yes, in dollars"
    )
    day_cost_usd: Annotated[float | None, BeforeValidator(_no_cap)] = Field(
        default=None, ge=0, description="most that one caller may spend in a day (UTC), in dollars; none: no limit"
    )
    max_jobs: Annotated[int | None, BeforeValidator(_no_cap)] = Field(
        default=100, ge=1, description="unfinished jobs that one caller may have; none: no limit"
    )
    max_stored_rows: Annotated[int | None, BeforeValidator(_no_cap)] = Field(
        default=None, ge=1, description="rows that all jobs of one caller may hold; none: no limit"
    )
    calls_per_minute: Annotated[int | None, BeforeValidator(_no_cap)] = Field(
        default=600, ge=6, description="calls that one caller with a key or token may make over HTTP; none: no limit"
    )
    prices: Annotated[Path | None, BeforeValidator(_blank), BeforeValidator(_folder)] = Field(
        default=None, description="JSON file of your own prices, in dollars per million tokens"
    )
    diverse: bool = Field(default=True, description="whether written texts are made to differ, for some tokens a row")
    hedge: bool = Field(default=False, description="whether the slowest model calls are sent twice, and paid twice")
    confirm: Annotated[Literal["auto", "token", "off"], BeforeValidator(_lower)] = Field(
        default="auto", description="who asks the user before a job: auto (the host if it can), token or off (nobody)"
    )
    keep_days: Annotated[float | None, BeforeValidator(_no_cap)] = Field(
        default=None, gt=0, description="jobs and proposals untouched for so many days are deleted; none: never"
    )
    resume: Annotated[Literal["auto", "ask"] | None, BeforeValidator(_lower)] = Field(
        default=None,
        description="whether an interrupted job that spends goes on by itself: auto or ask; default: ask, and auto "
        "with REDIS_URL",
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="what is logged to stderr: debug, info, warning or error"
    )
    log_format: Annotated[Literal["json", "console"], BeforeValidator(_lower)] = Field(
        default="console", description="form of the log on stderr: json or console"
    )
    log_file: Annotated[Path | None, BeforeValidator(_blank), BeforeValidator(_folder)] = Field(
        default=None, description="file that also gets the log, as JSON; 10 MB a file, the last five are kept"
    )
    host: str = Field(
        default="127.0.0.1", description="address that `serve --http` binds; one that others can reach needs AUTH"
    )
    port: int = Field(default=8365, ge=0, le=65535, description="port of `serve --http`")
    public_url: Annotated[Words, AfterValidator(_web_address)] = Field(
        default=None, description="where callers reach it, `https://data.example.com`; default: what is bound"
    )
    allowed_hosts: Names = Field(
        default=(), description="further names that callers may use for this server, with commas between"
    )
    allowed_origins: Names = Field(
        default=(), description="web pages that may call it (CORS), `https://app.example.com`, with commas between"
    )
    auth_keys: Annotated[Path | None, BeforeValidator(_blank), BeforeValidator(_folder)] = Field(
        default=None, description="file of the callers' keys, hashed, as `synthaix keys new` writes it; default: "
        "`keys.json` in the data folder",
    )  # fmt: skip
    auth_issuer: Words = Field(default=None, description="issuer of the tokens (JWT) that callers may bring")
    auth_audience: Words = Field(
        default=None, description="audience that a token must name; default: PUBLIC_URL and `/mcp`"
    )
    auth_jwks_uri: Annotated[Words, AfterValidator(_web_address)] = Field(
        default=None, description="where the issuer's keys are; or AUTH_PUBLIC_KEY"
    )
    auth_public_key: Annotated[Path | None, BeforeValidator(_blank), BeforeValidator(_folder)] = Field(
        default=None, description="PEM file of the issuer's public key"
    )
    auth_algorithm: Literal[
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"
    ] = Field(default="RS256", description="how tokens are signed")
    openai_api_key: Key = Field(
        default=None, validation_alias="OPENAI_API_KEY", description="key of OpenAI, or of the endpoint in BASE_URL"
    )
    gemini_api_key: Key = Field(default=None, validation_alias="GEMINI_API_KEY", description="key of Gemini")
    openai_base_url: Words = Field(
        default=None, validation_alias="OPENAI_BASE_URL", description="as SYNTHAIX_BASE_URL, which wins"
    )

    @property
    def keys_file(self) -> Path:
        """Where the hashes of the callers' keys are."""
        return self.auth_keys or self.home / "keys.json"

    @property
    def active_provider(self) -> Provider:
        """Whose model writes: as set, else what the keys and addresses say."""
        if self.provider is not None:
            return self.provider
        if self.openai_api_key or self.base_url or self.openai_base_url:
            return "openai"
        return "gemini" if self.gemini_api_key else "offline"

    def config(self) -> Config:
        """What the engine needs of these."""
        provider = self.active_provider
        keys = {"openai": self.openai_api_key, "gemini": self.gemini_api_key, "offline": None}
        return Config(
            home=self.home,
            exports=self.exports,
            database_url=self.database_url,
            chroma_url=self.chroma_url,
            encryption_key=self.encryption_key,
            redis_url=self.redis_url,
            fleet_calls=self.max_workers,
            max_calls=self.max_calls,
            provider=provider,
            model=self.model,
            base_url=self.base_url or (self.openai_base_url if provider == "openai" else None),
            api_key=keys[provider],
            embedder=self.embedder,
            max_workers=self.max_workers,
            max_rows=self.max_rows,
            max_cost_usd=self.max_cost_usd,
            preview_cost_usd=self.preview_cost_usd,
            day_cost_usd=self.day_cost_usd,
            max_jobs=self.max_jobs,
            max_stored_rows=self.max_stored_rows,
            diverse=self.diverse,
            hedge=self.hedge,
            prices=self.prices,
            keep_days=self.keep_days,
            resume=self.resume or ("ask" if self.redis_url is None else "auto"),
        )

    def secrets(self) -> list[SecretStr]:
        """Every value that must not be seen, and the parts of one that is a list."""
        values = (getattr(self, name) for name in type(self).model_fields)
        whole = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        return [SecretStr(part.strip()) for value in whole for part in {value, *value.split(",")}]

    def sources(self) -> Mapping[str, Source]:
        """Where each setting came from, by field."""
        from_environment, from_file = EnvSettingsSource(type(self))(), DotEnvSettingsSource(type(self))()
        found: dict[str, Source] = {}
        for name in type(self).model_fields:
            keys = {name, variable(name)}
            found[name] = (
                "environment" if keys & from_environment.keys() else ".env" if keys & from_file.keys() else "default"
            )
        return found

    def shown(self) -> Mapping[str, str]:
        """Each setting's value as text, by field; secrets masked."""
        return {name: _shown(getattr(self, name)) for name in type(self).model_fields}


def variable(name: str) -> str:
    """The environment variable of a field."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else PREFIX + name.upper()


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsInvalid: one of them cannot be read.
    """
    try:
        return Settings()
    except ValidationError as exc:
        bad = exc.errors(include_input=False, include_url=False, include_context=False)
    faults = (f"{_variable_of(str(each['loc'][0]))}: {each['msg']}" for each in bad)
    raise SettingsInvalid("; ".join(faults))


def completing() -> bool:
    """Whether a shell asks what a word may become: it calls without arguments, and sets typer's variable."""
    return "_SYNTHAIX_COMPLETE" in os.environ


def unknown_variables() -> Mapping[str, str | None]:
    """Variables with our prefix that mean nothing here, each with a hint where one is near."""
    known = {variable(name) for name in Settings.model_fields}
    strange = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    bare = {name.removeprefix(PREFIX): name for name in known}  # the prefix alone would make any two names near
    near = {name: nearest(name.upper().removeprefix(PREFIX), bare) for name in strange}
    return {name: f"Did you mean `{bare[found]}`?" if found else None for name, found in near.items()}


def _variable_of(location: str) -> str:
    return variable(location) if location in Settings.model_fields else location.upper()


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)
