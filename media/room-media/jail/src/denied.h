/* System calls that the jail refuses (EPERM) beside those with a condition. Decoders and encoders need none of them. */
#ifndef MERIDIAN_JAIL_DENIED_H
#define MERIDIAN_JAIL_DENIED_H
#include <sys/syscall.h>

/* Calls that are newer than the headers of Debian 12 have the same number on all architectures. */
enum { CALL_fchmodat2 = 452, CALL_setxattrat = 463, CALL_removexattrat = 466, CALL_file_setattr = 469 };

static const int denied[] = {
    /* Network, and sockets of other processes. io_uring would make the same calls past the filter. */
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg,
    SYS_sendmmsg, SYS_recvmsg, SYS_recvmmsg, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
    /* Other processes: memory, signals, descriptors, shares of the processor. */
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_kcmp, SYS_tkill,
    SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal,
    SYS_setpriority, SYS_ioprio_set, SYS_sched_setaffinity, SYS_sched_setscheduler, SYS_sched_setparam,
    SYS_sched_setattr, SYS_migrate_pages, SYS_move_pages,
    /* New namespaces. */
    SYS_unshare, SYS_setns,
    /* Changes of files that Landlock does not judge. */
    SYS_fchmod, SYS_fchmodat, CALL_fchmodat2, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
    SYS_fsetxattr, CALL_setxattrat, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, CALL_removexattrat,
    CALL_file_setattr, SYS_truncate, SYS_open_by_handle_at, SYS_inotify_init1, SYS_fanotify_init,
    /* Memory, queues and keys that processes share by name. */
    SYS_shmget, SYS_shmat, SYS_shmctl, SYS_semget, SYS_semctl, SYS_semop, SYS_semtimedop, SYS_msgget, SYS_msgsnd,
    SYS_msgrcv, SYS_msgctl, SYS_mq_open, SYS_mq_unlink, SYS_add_key, SYS_request_key, SYS_keyctl,
    /* Parts of the kernel with many faults in the past. */
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd,
#ifdef __x86_64__
    SYS_fork, SYS_vfork, SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_inotify_init,
#endif
};
#endif
