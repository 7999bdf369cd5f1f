package io.jifen.rule;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
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
    /** Rules are few. Whoever edits a thousand times between two restarts has the rest compiled again. */
    private static final int CACHED = 1_000;

    private static final Logger LOG = Logger.getLogger(Conditions.class);

    private static final String EVENT = "event";
    private static final String ACCOUNT = "account";
    private static final Map<String, Set<String>> FIELDS = Map.of(
            EVENT, Set.of("amount", "points", "bizType", "bizNo", "occurredAt", "attributes"),
            ACCOUNT, Set.of("userId", "level", "available", "frozen", "pending", "arrears"));

    private final CelCompiler compiler;
    private final CelRuntime runtime;
    private final Map<String, Condition> cache = new ConcurrentHashMap<>();

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

    /** The condition, as it was checked when it was saved; one that can't be compiled all the same fails when asked. */
    @Nullable
    Condition of(@Nullable String source) {
        if (source == null) {
            return null;
        }
        if (cache.size() > CACHED) {
            cache.clear();
        }
        return cache.computeIfAbsent(source, missing -> {
            try {
                return compile(missing);
            } catch (ProblemException e) {
                LOG.errorf(
                        "a saved condition can't be compiled and matches nothing: %s",
                        e.problem().detail());
                return new Condition(missing, null);
            }
        });
    }

    /** Compiles it; else throws {@code invalid-request}, which says at which place of it what is wrong. */
    Condition compile(String source) {
        if (source.isBlank() || source.length() > MAX_LENGTH) {
            throw invalid("must be a CEL expression of at most " + MAX_LENGTH + " characters");
        }
        try {
            CelAbstractSyntaxTree tree = compiler.compile(source).getAst();
            requireKnownFields(tree);
            return new Condition(source, runtime.createProgram(tree));
        } catch (CelValidationException e) {
            CelIssue issue = e.getErrors().isEmpty() ? null : e.getErrors().getFirst();
            throw issue == null
                    ? invalid("is no CEL expression")
                    : invalid(at(issue.getSourceLocation()) + issue.getMessage());
        } catch (CelEvaluationException e) {
            throw invalid("is no CEL expression that can be evaluated");
        }
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
                        Optional<CelSourceLocation> place = Optional.ofNullable(
                                        tree.getSource().getPositionsMap().get(node.id()))
                                .flatMap(offset -> tree.getSource().getOffsetLocation(offset));
                        throw invalid(place.map(Conditions::at).orElse("")
                                + object + " has no " + node.select().field() + ", but "
                                + String.join(", ", known.stream().sorted().toList()));
                    }
                });
    }

    private static String at(CelSourceLocation place) {
        return place.getLine() < 1 ? "" : "line " + place.getLine() + ", column " + (place.getColumn() + 1) + ": ";
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(Problem.invalid(FIELD, message));
    }
}
