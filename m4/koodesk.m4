dnl Macros of koodesk's configure.ac. The other files in this folder are put there by autopoint.

dnl KD_ADD_FLAG(VARIABLE, FLAG): append FLAG to VARIABLE where the compiler takes it.
dnl -Werror, because clang only warns about a flag that it does not know.
AC_DEFUN([KD_ADD_FLAG],
[AS_VAR_PUSHDEF([kd_flag], [kd_cv_flag_$2])dnl
AC_CACHE_CHECK([whether $CC takes $2], [kd_flag],
	[kd_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
		[AS_VAR_SET([kd_flag], [yes])], [AS_VAR_SET([kd_flag], [no])])
	CFLAGS=$kd_save_CFLAGS])
AS_VAR_IF([kd_flag], [yes], [AS_VAR_APPEND([$1], [" $2"])])
AS_VAR_POPDEF([kd_flag])dnl
])

dnl KD_NEED_LIBRARY(NAME, MODULE, DEBIAN-PACKAGE): NAME_CFLAGS and NAME_LIBS from pkg-config, or one
dnl more line in the report of KD_NEED_REPORT.
AC_DEFUN([KD_NEED_LIBRARY],
[PKG_CHECK_MODULES([$1], [$2], [],
	[kd_missing_text="$kd_missing_text
    $2   (Debian: $3)"
	kd_missing_packages="$kd_missing_packages $3"])])

dnl KD_NEED_REPORT: stop here if a library was missing, and name all of them in one message.
AC_DEFUN([KD_NEED_REPORT],
[AS_IF([test -n "$kd_missing_packages"],
	[AC_MSG_ERROR([these libraries are missing or too old:
$kd_missing_text

On Debian this installs them:
    apt-get install$kd_missing_packages])])])

dnl KD_CHECK_FTS5: the embedded store's substring search stands on SQLite's FTS5, which a build of
dnl SQLite may leave out.
AC_DEFUN([KD_CHECK_FTS5],
[AC_CACHE_CHECK([whether SQLite has FTS5], [kd_cv_sqlite_fts5],
	[kd_save_CFLAGS=$CFLAGS
	kd_save_LIBS=$LIBS
	CFLAGS="$CFLAGS $SQLITE_CFLAGS"
	LIBS="$SQLITE_LIBS $LIBS"
	AC_RUN_IFELSE([AC_LANG_PROGRAM([[#include <sqlite3.h>]],
		[[sqlite3 *db = 0;
		return sqlite3_open(":memory:", &db) != SQLITE_OK ||
		    sqlite3_exec(db, "CREATE VIRTUAL TABLE t USING fts5(c)", 0, 0, 0);]])],
		[kd_cv_sqlite_fts5=yes], [kd_cv_sqlite_fts5=no],
		[kd_cv_sqlite_fts5='assumed (cross compiling)'])
	CFLAGS=$kd_save_CFLAGS
	LIBS=$kd_save_LIBS])
AS_IF([test "x$kd_cv_sqlite_fts5" = xno],
	[AC_MSG_ERROR([this SQLite was built without FTS5, which the search of koodesk needs
    (Debian's libsqlite3-dev has it)])])])

AC_DEFUN([KD_WARNINGS],
[m4_foreach_w([kd_w],
	[-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2],
	[KD_ADD_FLAG([KD_CFLAGS], m4_defn([kd_w]))])
AS_IF([test "x$enable_werror" = xyes], [KD_CFLAGS="$KD_CFLAGS -Werror"])])

dnl KD_SANITIZERS: every report ends the program, so that no test passes over one.
AC_DEFUN([KD_SANITIZERS],
[kd_before=$KD_CFLAGS
KD_ADD_FLAG([KD_CFLAGS], [-fsanitize=address,undefined])
AS_IF([test "x$kd_before" = "x$KD_CFLAGS"],
	[AC_MSG_ERROR([$CC cannot link with -fsanitize=address,undefined
    (Debian: gcc brings libasan and libubsan; clang needs libclang-rt-dev)])])
KD_ADD_FLAG([KD_CFLAGS], [-fno-sanitize-recover=all])
KD_ADD_FLAG([KD_CFLAGS], [-fno-omit-frame-pointer])])

dnl KD_HARDENING: _FORTIFY_SOURCE needs an optimizing compiler and hides from AddressSanitizer what
dnl it looks for, so it is set only here. Position independent programs are the compiler's default.
AC_DEFUN([KD_HARDENING],
[AS_CASE([" $CFLAGS "],
	[*" -O0 "*], [],
	[*" -O"*], [KD_CPPFLAGS="$KD_CPPFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
KD_ADD_FLAG([KD_CFLAGS], [-fstack-protector-strong])
KD_ADD_FLAG([KD_CFLAGS], [-fstack-clash-protection])
KD_ADD_FLAG([KD_LDFLAGS], [-Wl,-z,relro])
KD_ADD_FLAG([KD_LDFLAGS], [-Wl,-z,now])
KD_ADD_FLAG([KD_LDFLAGS], [-Wl,--as-needed])])
