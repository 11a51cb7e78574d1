#pragma once

#include <libssh2.h>

// libssh2's functions that read from the other side, with its assertions as errors.
//
// libssh2 1.10 asserts that the encrypted part of a packet is a whole number of blocks, and takes the packet's length from the other
// side: a damaged or hostile length would end the whole process, and with it the run on all other hosts. Here it is
// LIBSSH2_ERROR_DECRYPT; the session must then only be freed.
//
// The two functions that give back a pointer give back a code instead, and the pointer through their last parameter, so that an
// error is never mistaken for an earlier call's.

int swiftible_handshake(LIBSSH2_SESSION *session, int descriptor);
int swiftible_session_free(LIBSSH2_SESSION *session);

/// The methods the server offers; `*methods` is null when the user needs none and is logged in.
int swiftible_userauth_list(LIBSSH2_SESSION *session, const char *user, unsigned length, char **methods);
int swiftible_userauth_password(
    LIBSSH2_SESSION *session, const char *user, unsigned length, const char *password, unsigned passwordLength);
int swiftible_userauth_interactive(
    LIBSSH2_SESSION *session, const char *user, unsigned length, LIBSSH2_USERAUTH_KBDINT_RESPONSE_FUNC((*respond)));
int swiftible_userauth_publickey(
    LIBSSH2_SESSION *session, const char *user, const unsigned char *key, size_t length,
    LIBSSH2_USERAUTH_PUBLICKEY_SIGN_FUNC((*sign)));

int swiftible_channel_open(
    LIBSSH2_SESSION *session, unsigned window, unsigned packet, LIBSSH2_CHANNEL **channel);
int swiftible_channel_tunnel(LIBSSH2_SESSION *session, const char *host, int port, LIBSSH2_CHANNEL **channel);
int swiftible_channel_execute(LIBSSH2_CHANNEL *channel, const char *command, unsigned length);
ssize_t swiftible_channel_read(LIBSSH2_CHANNEL *channel, int stream, char *buffer, size_t size);
ssize_t swiftible_channel_write(LIBSSH2_CHANNEL *channel, const char *bytes, size_t count);
int swiftible_channel_send_eof(LIBSSH2_CHANNEL *channel);
int swiftible_channel_wait_closed(LIBSSH2_CHANNEL *channel);
int swiftible_channel_close(LIBSSH2_CHANNEL *channel);
int swiftible_channel_free(LIBSSH2_CHANNEL *channel);
