package io.jifen.activity;

/**
 * Somebody was invited (邀请) by somebody else, once and for good. Each side is paid once: the invitee first, and the
 * inviter only where the invitee has been.
 *
 * @param transactionNo of the posting that recorded it
 */
record Invitation(String inviteeId, String inviterId, long transactionNo, boolean inviteePaid, boolean inviterPaid) {

    Invitation withInviteePaid() {
        return new Invitation(inviteeId, inviterId, transactionNo, true, inviterPaid);
    }

    Invitation withInviterPaid() {
        return new Invitation(inviteeId, inviterId, transactionNo, inviteePaid, true);
    }
}
