package io.jifen.ledger;

import java.util.List;

/** A CDI event, fired right after a batch's commit in the pod that made it: the accounts as they stand now. */
public record Posted(List<AccountView> accounts) {}
