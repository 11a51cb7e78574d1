#!/usr/bin/python
from ..module_utils.helpers import help
