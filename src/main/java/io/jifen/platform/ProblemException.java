package io.jifen.platform;

/**
 * An answer that is an error. Edges throw it; what the ledger decides is a value, not an exception. It carries no stack
 * trace, since it says nothing about our code.
 */
public class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.code() + ": " + problem.detail(), null, false, false);
        this.problem = problem;
    }

    public ProblemException(ProblemCode code, String detail) {
        this(Problem.of(code, detail));
    }

    public Problem problem() {
        return problem;
    }
}
