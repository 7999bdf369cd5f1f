-- Whether the carrier may have the parcel though it gave no waybill: a call for it is out, or nobody knows how one
-- ended. As long as it may, a refusal is not final and the exchange can't be called off.
ALTER TABLE shipping_order ADD COLUMN carrier_may_have_it BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE shipping_order SET carrier_may_have_it = TRUE WHERE tries > 0 OR waybill_no IS NOT NULL;

-- The address goes with the message, and is erased with it: nobody read this second copy.
DROP TABLE exchange_address;

-- Settled messages are removed after a while, by this.
ALTER TABLE outbox_message ADD KEY outbox_message_settled (settled_at);
