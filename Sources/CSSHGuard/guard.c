#include "guard.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where a failed assertion leads, while this thread is inside libssh2. libssh2 asserts only before it touches anything, holds no
// lock and has no thread of its own, so leaving it from there is like any of its early returns. Its callbacks have returned by then.
static _Thread_local jmp_buf *landing;

#ifdef __linux__
// The C library's own is not reached: the program's comes first for every library it loads.
_Noreturn void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function) {
  if (landing) {
    jmp_buf *here = landing;
    landing = NULL;
    longjmp(*here, 1);
  }
  fprintf(stderr, "%s:%u: %s: assertion `%s' failed\n", file, line, function ? function : "?", assertion);
  abort();
}
#endif

#define GUARDED(type, call)           \
  jmp_buf here;                       \
  if (_setjmp(here)) {                \
    return LIBSSH2_ERROR_DECRYPT;     \
  }                                   \
  landing = &here;                    \
  type result = (call);               \
  landing = NULL;                     \
  return result

int swiftible_handshake(LIBSSH2_SESSION *session, int descriptor) {
  GUARDED(int, libssh2_session_handshake(session, descriptor));
}

int swiftible_session_free(LIBSSH2_SESSION *session) { GUARDED(int, libssh2_session_free(session)); }

// The error of the call before, for one that failed.
static int lastError(LIBSSH2_SESSION *session) {
  int code = libssh2_session_last_errno(session);
  return code ? code : LIBSSH2_ERROR_PROTO;
}

static int list(LIBSSH2_SESSION *session, const char *user, unsigned length, char **methods) {
  *methods = libssh2_userauth_list(session, user, length);
  if (*methods || libssh2_userauth_authenticated(session)) return 0;
  return lastError(session);
}

int swiftible_userauth_list(LIBSSH2_SESSION *session, const char *user, unsigned length, char **methods) {
  GUARDED(int, list(session, user, length, methods));
}

int swiftible_userauth_password(
    LIBSSH2_SESSION *session, const char *user, unsigned length, const char *password, unsigned passwordLength) {
  GUARDED(int, libssh2_userauth_password_ex(session, user, length, password, passwordLength, NULL));
}

int swiftible_userauth_interactive(
    LIBSSH2_SESSION *session, const char *user, unsigned length, LIBSSH2_USERAUTH_KBDINT_RESPONSE_FUNC((*respond))) {
  GUARDED(int, libssh2_userauth_keyboard_interactive_ex(session, user, length, respond));
}

int swiftible_userauth_publickey(
    LIBSSH2_SESSION *session, const char *user, const unsigned char *key, size_t length,
    LIBSSH2_USERAUTH_PUBLICKEY_SIGN_FUNC((*sign))) {
  GUARDED(int, libssh2_userauth_publickey(session, user, key, length, sign, libssh2_session_abstract(session)));
}

static int opened(LIBSSH2_SESSION *session, LIBSSH2_CHANNEL *channel, LIBSSH2_CHANNEL **result) {
  *result = channel;
  return channel ? 0 : lastError(session);
}

int swiftible_channel_open(LIBSSH2_SESSION *session, unsigned window, unsigned packet, LIBSSH2_CHANNEL **channel) {
  GUARDED(
      int, opened(session, libssh2_channel_open_ex(session, "session", strlen("session"), window, packet, NULL, 0), channel));
}

int swiftible_channel_tunnel(LIBSSH2_SESSION *session, const char *host, int port, LIBSSH2_CHANNEL **channel) {
  GUARDED(int, opened(session, libssh2_channel_direct_tcpip_ex(session, host, port, "127.0.0.1", 22), channel));
}

int swiftible_channel_execute(LIBSSH2_CHANNEL *channel, const char *command, unsigned length) {
  GUARDED(int, libssh2_channel_process_startup(channel, "exec", strlen("exec"), command, length));
}

ssize_t swiftible_channel_read(LIBSSH2_CHANNEL *channel, int stream, char *buffer, size_t size) {
  GUARDED(ssize_t, libssh2_channel_read_ex(channel, stream, buffer, size));
}

ssize_t swiftible_channel_write(LIBSSH2_CHANNEL *channel, const char *bytes, size_t count) {
  GUARDED(ssize_t, libssh2_channel_write_ex(channel, 0, bytes, count));
}

int swiftible_channel_send_eof(LIBSSH2_CHANNEL *channel) { GUARDED(int, libssh2_channel_send_eof(channel)); }

int swiftible_channel_wait_closed(LIBSSH2_CHANNEL *channel) { GUARDED(int, libssh2_channel_wait_closed(channel)); }

int swiftible_channel_close(LIBSSH2_CHANNEL *channel) { GUARDED(int, libssh2_channel_close(channel)); }

int swiftible_channel_free(LIBSSH2_CHANNEL *channel) { GUARDED(int, libssh2_channel_free(channel)); }
