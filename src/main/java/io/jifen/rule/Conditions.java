package io.jifen.rule;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Compiles conditions: expressions of CEL (Common Expression Language) over {@code event} and {@code account}. The
 * language has no loops but over what is there, and what is there is small; length, depth and iterations are bounded on
 * top of that, as conditions run under an account's lock.
 */
@Singleton
class Conditions {

    static final String FIELD = "condition";

    /** Far more than anybody reads with understanding. */
    static final int MAX_LENGTH = 1000;

    private static final int MAX_DEPTH = 32;
    /** Over all lists of one evaluation: some milliseconds. */
    private static final int MAX_ITERATIONS = 1_000;

    /** Not {@code map}: with it a short text makes lists and texts that double at each step, and fill the memory. */
    private static final Set<CelStandardMacro> MACROS = Set.of(
            CelStandardMacro.HAS,
            CelStandardMacro.ALL,
            CelStandardMacro.EXISTS,
            CelStandardMacro.EXISTS_ONE,
            CelStandardMacro.FILTER);

    private static final int MAX_REGEX_PROGRAM = 1_000;

    /** The one function whose cost is that of its text times that of its pattern: once per deed, not once per item. */
    private static final String MATCHES = "matches";

    private static final Logger LOG = Logger.getLogger(Conditions.class);

    private static final String EVENT = "event";
    private static final String ACCOUNT = "account";
    private static final Map<String, Set<String>> FIELDS = Map.of(
            EVENT, Set.of("amount", "points", "bizType", "bizNo", "occurredAt", "day", "attributes"),
            ACCOUNT, Set.of("userId", "level", "available", "frozen", "pending", "arrears"));

    private final CelCompiler compiler;
    private final CelRuntime runtime;
    private final Map<String, Condition> known = new ConcurrentHashMap<>();

    Conditions() {
        CelOptions options = CelOptions.current()
                .enableHeterogeneousNumericComparisons(true)
                .maxExpressionCodePointSize(MAX_LENGTH)
                .maxParseRecursionDepth(MAX_DEPTH)
                .comprehensionMaxIterations(MAX_ITERATIONS)
                .maxRegexProgramSize(MAX_REGEX_PROGRAM)
                .build();
        MapType object = MapType.create(SimpleType.STRING, SimpleType.DYN);
        compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(options)
                .setStandardMacros(MACROS)
                .addVar(EVENT, object)
                .addVar(ACCOUNT, object)
                .setResultType(SimpleType.BOOL)
                .build();
        runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
                .setOptions(options)
                .build();
    }

    /**
     * The condition, as it was checked when it was saved; one that can't be compiled all the same fails when asked.
     * Compiled when it is asked for the first time, and once for all versions that have this text: most of what was ever
     * saved is not in force any more.
     */
    @Nullable
    Condition of(@Nullable String source) {
        return source == null ? null : known.computeIfAbsent(source, text -> new Condition(text, this));
    }

    /** Forgets all but these texts. */
    void retain(Set<String> sources) {
        known.keySet().retainAll(sources);
    }

    /** Compiles it; else throws {@code invalid-request}, which says at which place of it what is wrong. */
    Condition compile(String source) {
        program(source);
        return new Condition(source, this);
    }

    /** Null where a text that was saved can't be compiled any more. */
    CelRuntime.@Nullable Program saved(String source) {
        try {
            return program(source);
        } catch (ProblemException e) {
            LOG.errorf(
                    "a saved condition can't be compiled and matches nothing: %s",
                    e.problem().detail());
            return null;
        }
    }

    private CelRuntime.Program program(String source) {
        if (source.isBlank() || source.length() > MAX_LENGTH) {
            throw invalid("must be a CEL expression of at most " + MAX_LENGTH + " characters");
        }
        try {
            CelAbstractSyntaxTree tree = compiler.compile(source).getAst();
            requireKnownFields(tree);
            requireNoMatchesInLoops(tree);
            return runtime.createProgram(tree);
        } catch (CelValidationException e) {
            CelIssue issue = e.getErrors().isEmpty() ? null : e.getErrors().getFirst();
            throw issue == null
                    ? invalid("is no CEL expression")
                    : invalid(at(issue.getSourceLocation()) + issue.getMessage());
        } catch (CelEvaluationException e) {
            throw invalid("is no CEL expression that can be evaluated");
        } catch (StackOverflowError e) {
            throw invalid("is too deep");
        }
    }

    private static void requireNoMatchesInLoops(CelAbstractSyntaxTree tree) {
        CelNavigableAst.fromAst(tree)
                .getRoot()
                .allNodes()
                .filter(node -> node.getKind() == CelExpr.ExprKind.Kind.CALL
                        && node.expr().call().function().equals(MATCHES)
                        && isInLoop(node))
                .forEach(node -> {
                    throw invalid(
                            place(tree, node.id())
                                    + "matches is too expensive for each item of a list; compare, or ask startsWith or contains");
                });
    }

    private static boolean isInLoop(CelNavigableExpr node) {
        return node.parent()
                .filter(parent -> parent.getKind() == CelExpr.ExprKind.Kind.COMPREHENSION || isInLoop(parent))
                .isPresent();
    }

    /** A field that no event has would only show as a rule that never matches. */
    private static void requireKnownFields(CelAbstractSyntaxTree tree) {
        CelNavigableAst.fromAst(tree)
                .getRoot()
                .allNodes()
                .map(node -> node.expr())
                .filter(node -> node.getKind() == CelExpr.ExprKind.Kind.SELECT
                        && node.select().operand().getKind() == CelExpr.ExprKind.Kind.IDENT)
                .forEach(node -> {
                    String object = node.select().operand().ident().name();
                    Set<String> known = FIELDS.get(object);
                    if (known != null && !known.contains(node.select().field())) {
                        throw invalid(place(tree, node.id()) + object + " has no "
                                + node.select().field() + ", but "
                                + String.join(", ", known.stream().sorted().toList()));
                    }
                });
    }

    private static String place(CelAbstractSyntaxTree tree, long id) {
        return Optional.ofNullable(tree.getSource().getPositionsMap().get(id))
                .flatMap(offset -> tree.getSource().getOffsetLocation(offset))
                .map(Conditions::at)
                .orElse("");
    }

    private static String at(CelSourceLocation place) {
        return place.getLine() < 1 ? "" : "line " + place.getLine() + ", column " + (place.getColumn() + 1) + ": ";
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(Problem.invalid(FIELD, message));
    }
}
