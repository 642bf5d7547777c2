"""The product's own settings, with throw-away secrets, a throw-away directory and a cheap hasher."""

import atexit
import os
import shutil
import tempfile

os.environ.pop("MANUMIT_SECRET_KEY_FILE", None)
os.environ.pop("MANUMIT_LOG_KEY_FILE", None)
os.environ["MANUMIT_SECRET_KEY"] = "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
os.environ["MANUMIT_LOG_KEY"] = "11" * 32
os.environ["MANUMIT_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["MANUMIT_DEBUG"] = "0"
os.environ["MANUMIT_LANGUAGE"] = "en"
os.environ["MANUMIT_TIME_ZONE"] = "UTC"
os.environ["MANUMIT_DATA"] = tempfile.mkdtemp(prefix="manumit-tests-")
atexit.register(shutil.rmtree, os.environ["MANUMIT_DATA"], ignore_errors=True)
os.environ.setdefault("MANUMIT_HTTPS", "1")

from manumit.web.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = False  # the test client speaks plain HTTP
for _database in DATABASES.values():  # noqa: F405
    _database["TEST"] = {
        "MIGRATE": False
    }  # today's tables at once; tests/core/test_actions_tables.py
