# `make test` runs the binding's tests alone; without a list run-tests.php would search the whole tree.
TESTS ?= $(top_srcdir)/tests/phpt

# The generated arginfo is committed and made by ext/php/arginfo.sh: a build never regenerates it (that may need a network).
%_arginfo.h: %.stub.php

# A header that was removed since the last build is no reason to stop: what included it is compiled again.
%.h: ;
