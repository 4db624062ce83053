"""The command that shows everything, with a clan that does not exist."""

import json
import shutil
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from pydantic import SecretStr

from pipeline import clock
from pipeline.cli.nights import fill, night
from pipeline.cli.orders import Now
from pipeline.errors import ConfigError
from pipeline.house import PROJECT
from pipeline.night import logged
from pipeline.outputs.digest.markdown import as_read
from pipeline.prefects import spare_loopback
from pipeline.runs import LOCK, alone, prepare
from pipeline.settings import Settings
from pipeline.verdict import Verdict

if TYPE_CHECKING:
    from pipeline.demo.discord.server import DemoDiscord
    from pipeline.demo.wom.server import DemoServer

DEMO_MARK: Final = ".clanstats-demo"
DEMO_CONFIG: Final = "clan.toml"
DEMO_GROUP: Final = 1
LIVED_NIGHTS: Final = 3


def demo(
    members: Annotated[int, typer.Option(min=0, max=500)] = 60,
    days: Annotated[int, typer.Option(min=4, max=730, help="Days of history.")] = 120,
    seed: Annotated[int, typer.Option(help="Another seed is another clan.")] = 7,
    calm: Annotated[bool, typer.Option("--calm", help="A clan of constant habits, without planted changes.")] = False,
    now: Now = None,
    output: Annotated[Path, typer.Option("--output")] = Path("output/demo"),
    ledger: Annotated[Path | None, typer.Option("--ledger", help="Write the invented truth here, as JSON.")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the dashboard at the end.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="Only serve the invented clan, until Ctrl-C.")] = False,
    fault: Annotated[str | None, typer.Option("--fault", help="With --serve: what goes wrong.")] = None,
) -> None:
    """The whole line against an invented clan over real HTTP; needs no credentials."""
    from pipeline.demo.discord.server import DemoDiscord
    from pipeline.demo.guild.founding import found_guild
    from pipeline.demo.guild.policy import clan_toml
    from pipeline.demo.ledger import ledger as truth
    from pipeline.demo.wom.server import DEMO_LIMIT, DemoServer
    from pipeline.demo.world import found_clan

    instant = clock.now() if now is None else clock.parse(now)
    world = found_clan(seed, members, days, instant, calm=calm)
    guild = found_guild(world)
    if ledger is not None:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        ledger.write_text(json.dumps(truth(world, guild), indent=1), "utf-8")
    began_at = instant if serve else instant - timedelta(days=LIVED_NIGHTS)
    with (
        DemoServer(world, now=began_at, group_id=DEMO_GROUP, limit=DEMO_LIMIT) as wom,
        DemoDiscord(guild, now=began_at) as discord,
    ):
        if serve:
            _serve(wom, discord, fault)
            return
        settings = _demo_settings(output, wom.base_url, discord)
        spare_loopback()
        with alone(settings.output_dir), _emptied(settings.output_dir, clan_toml(world)), logged(settings, "demo"):
            verdict = _live(settings, wom, discord, days - LIVED_NIGHTS)
        messages = discord.webhooks.contents("digest")
    page = settings.output_dir / "site" / "clan_dashboard.html"
    if messages:
        typer.echo(f"\nIn Discord the last night was told like this:\n\n{as_read(messages[-1])}\n")
    typer.echo(f"{verdict.sentence}\nOpen {page}")
    if open_page:
        webbrowser.open(page.as_uri())
    raise typer.Exit(verdict.exit_code)


def _demo_settings(output: Path, wom_url: str, discord: "DemoDiscord") -> Settings:
    """Settings of the demo alone, neither `.env` nor the environment has a say, for a folder that the demo may use."""
    from pipeline.demo.discord.server import DEMO_TOKEN

    folder = (PROJECT / output).resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / DEMO_MARK).is_file():
        raise ConfigError(f"{folder} is not empty and was not made by the demo; choose another --output.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DEMO_MARK).touch()
    return Settings.alone(
        wom_group_id=DEMO_GROUP, wom_base_url=wom_url, output_dir=folder,
        wom_user_agent="ClanStats demo (https://localhost)", wom_request_budget=1_000,
        discord_token=DEMO_TOKEN, discord_base_url=discord.base_url, clan_config=folder / DEMO_CONFIG,
        digest_webhook_url=SecretStr(discord.webhook_url("digest")),
    )  # fmt: skip


@contextmanager
def _emptied(folder: Path, config: str) -> Iterator[None]:
    """The demo's *folder* with its clan.toml alone; its mark and the lock we hold stay, whatever happens."""
    for path in folder.iterdir():
        if path.name in (DEMO_MARK, LOCK):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    (folder / DEMO_CONFIG).write_text(config, "utf-8")
    yield


def _live(settings: Settings, wom: "DemoServer", discord: "DemoDiscord", days: int) -> Verdict:
    """Fill history, then live the last nights as a clan would."""
    last = wom.now + timedelta(days=LIVED_NIGHTS)
    prepare(settings, wom.now)
    fill(settings, wom.now, days)
    for nights_left in range(LIVED_NIGHTS - 1, -1, -1):
        wom.now = discord.now = last - timedelta(days=nights_left)
        verdict = night(settings, wom.now)
    return verdict


def _serve(wom: "DemoServer", discord: "DemoDiscord", fault: str | None) -> None:
    """Serve until Ctrl-C, and print the settings to use."""
    from pipeline.demo.discord.faults import DISCORD_FAULTS
    from pipeline.demo.discord.server import DEMO_TOKEN
    from pipeline.demo.wom.faults import FAULTS

    if fault in FAULTS:
        wom.play(fault)
    elif fault in DISCORD_FAULTS:
        discord.play(fault)
    elif fault is not None:
        raise ConfigError(f"--fault {fault} is not known; there are {', '.join(sorted({*FAULTS, *DISCORD_FAULTS}))}.")
    typer.echo(f"WOM_BASE_URL={wom.base_url}\nWOM_GROUP_ID={DEMO_GROUP}")
    typer.echo(f"DISCORD_BASE_URL={discord.base_url}\nDISCORD_TOKEN={DEMO_TOKEN}")
    typer.echo(f"DIGEST_WEBHOOK_URL={discord.webhook_url('digest')}\n# now: {wom.now.isoformat()}")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
