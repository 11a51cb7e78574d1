#include <libssh2.h>
#include <libssh2_sftp.h>

// libssh2 takes its callbacks as `void *`; these two give them back their types, so that Swift's compiler checks them.

static inline void swiftible_set_receive(LIBSSH2_SESSION *session, LIBSSH2_RECV_FUNC((*receive))) {
  libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)receive);
}

static inline void swiftible_set_send(LIBSSH2_SESSION *session, LIBSSH2_SEND_FUNC((*send))) {
  libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)send);
}
