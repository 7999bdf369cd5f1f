package io.jifen.warehouse;

/** The carrier will not take this parcel, however often it is asked. */
class CarrierRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CarrierRefusedException(int status) {
        super("the carrier refused with status " + status);
    }
}
