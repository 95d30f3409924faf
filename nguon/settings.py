"""Settings: the one place where the environment is read (prefix `NGUON_`).

No `.env` file is read silently: what is not in the process's environment is not a setting.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Finality = Annotated[str, Field(pattern=r"^(latest|safe|finalized|[1-9][0-9]{0,3})$")]


class Settings(BaseSettings):
    """How one deployment runs. Every field is an environment variable, `NGUON_` and its name in capitals.

    Attributes:
        data_dir: keys, the embedded database, documents, the local chain's state and the checkpoint file.
        database_url: SQLAlchemy URL; empty: SQLite, `nguon.db` in the data directory.
        origin: the log's origin, a URL prefix without scheme; a tem's host is its part before the first "/".
        public_url: where browsers and verifiers reach the service; empty: `http://{host}:{port}`.
        host, port: where the service listens.
        rpcs: JSON-RPC endpoints of the chain, separated by commas; empty: an embedded local test chain.
        chain_id, contract, log_id: where the log is anchored; needed with `rpcs`.
        finality: `latest`, `safe`, `finalized`, or a number of blocks.
        quorum: how many endpoints must give the same answer.
        max_age: seconds after which the newest anchor no longer counts as fresh; fixed when a log is opened.
        anchor_max_entries, anchor_max_seconds: anchor when so many entries wait, or the oldest waits so long.
        anchor_poll_seconds: how often the anchoring loop looks.
        max_fee_gwei: the highest fee per gas that an anchoring transaction may offer.
        keystore, keystore_password, keystore_password_file: the publisher's encrypted key (keystore v3).
        master_key, master_key_file: 32 bytes in hex that seal every other key; empty: `master.key` in the
            data directory, made at the first start.
        registrar_key: PEM file of the registrar's P-256 key; empty: sealed in the data directory.
        refuse: codes of rules that only warn elsewhere and refuse here, separated by commas, such as
            `balance.exceeded,serial.unknown`.
        anvil: path of Foundry's anvil; empty: found in node_modules or PATH.
        api_docs: whether /docs is served.
        place_header: the request header in which a proxy of yours tells the province that a scan comes from,
            such as `X-Region`; empty: no header is believed.
        support_phone, support_email: whom a reader can turn to; offered on every page where set.
    """

    model_config = SettingsConfigDict(env_prefix="NGUON_", env_file=None, extra="ignore", frozen=True)

    data_dir: Path = Path("data")
    database_url: str = ""
    origin: str = Field("nguon.localhost", pattern=r"^[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*$")
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    rpcs: Annotated[tuple[str, ...], NoDecode] = ()
    chain_id: int = Field(31337, ge=1)
    contract: str = Field("", pattern=r"^(0x[0-9a-fA-F]{40})?$")
    log_id: str = Field("", pattern=r"^(0x[0-9a-f]{64})?$")
    finality: Finality = "latest"
    quorum: int = Field(1, ge=1)
    max_age: int = Field(86_400, ge=60, lt=2**32)
    anchor_max_entries: int = Field(1_000, ge=1)
    anchor_max_seconds: int = Field(600, ge=1)
    anchor_poll_seconds: float = Field(2.0, gt=0)
    max_fee_gwei: int = Field(200, ge=1)
    keystore: Path | None = None
    keystore_password: SecretStr | None = None
    keystore_password_file: Path | None = None
    master_key: SecretStr | None = None
    master_key_file: Path | None = None
    registrar_key: Path | None = None
    refuse: Annotated[tuple[str, ...], NoDecode] = ()
    anvil: Path | None = None
    api_docs: bool = True
    place_header: str = Field("", pattern=r"^[A-Za-z0-9-]*$")
    support_phone: str = Field("", pattern=r"^(\+?[0-9 ]{6,20})?$")
    support_email: str = Field("", pattern=r"^([^@\s]+@[^@\s]+)?$")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("rpcs", "refuse", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'nguon.db'}"

    @property
    def base_url(self) -> str:
        """Where the service is reached, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def embedded_chain(self) -> bool:
        """Whether the service runs its own local test chain."""
        return not self.rpcs

    @property
    def tem_host(self) -> str:
        """The host that tem carry: the origin's part before the first "/"."""
        return self.origin.partition("/")[0]

    def password(self) -> str:
        """The keystore's password, from the variable or the file it names; empty where neither is set."""
        if self.keystore_password is not None:
            return self.keystore_password.get_secret_value()
        if self.keystore_password_file is not None:
            return self.keystore_password_file.read_text().rstrip("\r\n")
        return ""
