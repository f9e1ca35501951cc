dnl Builds the extension: the core below ext/core, the binding in ext/php. `phpize && ./configure && make`

PHP_ARG_ENABLE([lockstep],
  [whether to enable Lockstep],
  [AS_HELP_STRING([--enable-lockstep], [Enable Lockstep])],
  [yes])

if test "$PHP_LOCKSTEP" != "no"; then
  PKG_CHECK_MODULES([LOCKSTEP_JANSSON], [jansson >= 2.13])
  PKG_CHECK_MODULES([LOCKSTEP_ZSTD], [libzstd >= 1.4.4])
  PKG_CHECK_MODULES([LOCKSTEP_CRYPTO], [libcrypto >= 1.1.1])
  PKG_CHECK_MODULES([LOCKSTEP_XML], [libxml-2.0 >= 2.9.10])
  dnl Opened at their first use, not linked: libarchive (ext/php/libarchive.c), libgit2 (ext/core/custom/library.c).
  PKG_CHECK_MODULES([LOCKSTEP_ARCHIVE], [libarchive >= 3.4.0])
  PKG_CHECK_MODULES([LOCKSTEP_GIT2], [libgit2 >= 0.28.0])

  for lockstep_flags in "$LOCKSTEP_ARCHIVE_CFLAGS" "$LOCKSTEP_JANSSON_CFLAGS" "$LOCKSTEP_ZSTD_CFLAGS" \
      "$LOCKSTEP_CRYPTO_CFLAGS" "$LOCKSTEP_XML_CFLAGS" "$LOCKSTEP_GIT2_CFLAGS"; do
    PHP_EVAL_INCLINE([$lockstep_flags])
  done
  for lockstep_libs in "$LOCKSTEP_JANSSON_LIBS" "$LOCKSTEP_ZSTD_LIBS" \
      "$LOCKSTEP_CRYPTO_LIBS" "$LOCKSTEP_XML_LIBS"; do
    PHP_EVAL_LIBLINE([$lockstep_libs], [LOCKSTEP_SHARED_LIBADD])
  done
  PHP_EVAL_LIBLINE([-ldl -lpthread], [LOCKSTEP_SHARED_LIBADD])
  PHP_SUBST([LOCKSTEP_SHARED_LIBADD])

  dnl Whatever stands in the source folders is built, in a stable order.
  lockstep_folders=`cd "$abs_srcdir" && LC_ALL=C ls -d ext/core/*/ | sed 's,/$,,'`
  lockstep_sources=`cd "$abs_srcdir" && LC_ALL=C ls ext/core/*/*.c ext/php/*.c | tr '\n' ' '`

  dnl PHP's own headers are not clean under these warnings: as system headers they are quiet.
  lockstep_system=`echo "$INCLUDES" | sed 's/-I/-isystem /g'`
  lockstep_cflags="-std=c11 -D_GNU_SOURCE -fvisibility=hidden -pthread"
  lockstep_cflags="$lockstep_cflags -Wall -Wextra -Wshadow -Wstrict-prototypes -Wundef -Wformat=2"
  lockstep_cflags="$lockstep_cflags $lockstep_system -I@ext_srcdir@/include -I@ext_srcdir@/ext/core"

  PHP_NEW_EXTENSION([lockstep], [$lockstep_sources], [$ext_shared],, [$lockstep_cflags])
  for lockstep_folder in $lockstep_folders ext/php; do
    PHP_ADD_BUILD_DIR([$ext_builddir/$lockstep_folder])
  done
  PHP_ADD_MAKEFILE_FRAGMENT
fi
