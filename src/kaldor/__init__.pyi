# What `import kaldor` gives. This is the only list of it: at run time `__init__.py` reads it and loads a name's module
# when the name is first asked for; editors and mypy read it as the types.
from kaldor.economy.accounts import footprint as footprint
from kaldor.economy.aggregate import aggregate as aggregate
from kaldor.economy.decomposition import decompose as decompose
from kaldor.economy.economy import Economy as Economy
from kaldor.economy.extraction import extract as extract
from kaldor.economy.induced import type2_multipliers as type2_multipliers
from kaldor.economy.linkages import linkages as linkages
from kaldor.economy.multipliers import multipliers as multipliers
from kaldor.economy.paths import structural_paths as structural_paths
from kaldor.economy.prices import consumer_prices as consumer_prices
from kaldor.economy.prices import cost_push as cost_push
from kaldor.economy.prices import ghosh_quantities as ghosh_quantities
from kaldor.economy.trade import content_of_exports as content_of_exports
from kaldor.economy.uncertainty import bands as bands
from kaldor.economy.upstream import positions as positions
from kaldor.errors import KaldorError as KaldorError
from kaldor.notebook.accounts import accounts as accounts
from kaldor.notebook.accounts import dependence as dependence
from kaldor.notebook.opening import datasets as datasets
from kaldor.notebook.opening import load as load
from kaldor.notebook.shocks import shock as shock
from kaldor.notebook.studies import study as study
from kaldor.notebook.whatifs import compare as compare
from kaldor.notebook.whatifs import levers as levers
from kaldor.notebook.whatifs import what_if as what_if
from kaldor.sustainability.circularity import energy_accounts as energy_accounts
from kaldor.sustainability.circularity import material_accounts as material_accounts
from kaldor.sustainability.circularity import recycled_input_share as recycled_input_share
from kaldor.sustainability.scopes import industry_scopes as industry_scopes

__version__: str
