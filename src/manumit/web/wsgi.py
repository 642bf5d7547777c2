"""The application object that a WSGI server runs; `manumit serve` runs it in-process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "manumit.web.settings")
application = get_wsgi_application()
