"""Write the shapes of the server's answers as an OpenAPI document, for the types of the page: npm run types."""

import json
import sys

from kaldor.server.app import make_app

document = make_app().openapi() | {"paths": {}}  # the page names its paths itself
json.dump(document, sys.stdout)
