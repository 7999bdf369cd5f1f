package io.jifen.warehouse;

/** The carrier has not taken this parcel, and may when it is asked again. */
class CarrierBusyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CarrierBusyException(int status) {
        super("the carrier turned the request away with status " + status);
    }
}
