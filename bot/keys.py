"""The keys that everything readable is sealed with."""

from bot.logs import get_logger
from bot.settings import Settings
from storage.engine import Database
from storage.keyring import Keyring, read_or_create_key_file

log = get_logger(__name__)


def open_keyring(settings: Settings) -> Keyring:
    """Return the configured keys, or the one in the key file, which is made when there is none."""
    if settings.encryption_keys:
        return Keyring([key.get_secret_value() for key in settings.encryption_keys])
    path = settings.key_file
    path.parent.mkdir(parents=True, exist_ok=True)
    key, is_new = read_or_create_key_file(path)
    if is_new:
        log.warning(
            "encryption_key_made", file=str(path), advice="back it up: without it no text can be read"
        )
    return Keyring([key])


async def open_database(settings: Settings, keyring: Keyring) -> Database:
    """Connect, and close again if the keys are not the ones this database was sealed with."""
    database = Database.connect(settings.database_url, keyring=keyring)
    try:
        await database.verify_keyring()
    except BaseException:
        await database.close()
        raise
    return database
