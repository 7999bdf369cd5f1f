package io.jifen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.temporal.Temporal;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rooms, and what keeps them apart. */
class ArchitectureTest {

    private static final JavaClasses JIFEN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.jifen");

    /** Statements that change the tables in which the points are. */
    private static final Pattern CHANGES_POINTS = Pattern.compile(
            "(INSERT\\s+INTO|UPDATE|DELETE\\s+FROM|REPLACE\\s+INTO)\\s+"
                    + "(account|entry|lot|lot_use|spend|earning|request|daily_total|hold|hold_lot|pending_grant)\\b",
            Pattern.CASE_INSENSITIVE);

    @Test
    void rooms_depend_on_each_other_in_one_direction() {
        slices().matching("io.jifen.(*)..").should().beFreeOfCycles().check(JIFEN);
    }

    @Test
    void every_room_says_why_it_is_there_and_is_null_marked() {
        assertThat(JIFEN.getPackage("io.jifen").getSubpackages())
                .isNotEmpty()
                .allMatch(room -> room.isAnnotatedWith(NullMarked.class), "has a package-info with @NullMarked");
    }

    @Test
    void entities_stay_in_their_room() {
        classes()
                .should(notUseOfOtherRooms(
                        "entities",
                        used -> used.isAssignableTo(PanacheEntityBase.class)
                                && !used.isEquivalentTo(PanacheEntityBase.class)))
                .check(JIFEN);
    }

    @Test
    void edges_are_called_from_outside_only() {
        classes()
                .should(notUseOfOtherRooms("edges", used -> Stream.of("Resource", "Consumer", "Job")
                        .anyMatch(kind -> used.getSimpleName().matches(".+" + kind))))
                .check(JIFEN);
    }

    @Test
    void sql_stays_in_its_room() {
        classes()
                .should(notUseOfOtherRooms("SQL", used -> used.getSimpleName().matches(".+Sql")))
                .check(JIFEN);
    }

    @Test
    void points_move_through_the_ledger_alone() throws IOException {
        try (Stream<java.nio.file.Path> sources = Files.walk(java.nio.file.Path.of("src/main/java/io/jifen"))) {
            List<java.nio.file.Path> writers = sources.filter(
                            file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.getParent().endsWith("ledger"))
                    .filter(file -> CHANGES_POINTS.matcher(text(file)).find())
                    .toList();
            assertThat(writers).isEmpty();
        }
    }

    @Test
    void the_time_comes_from_the_clock_that_tests_can_move() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.jifen.platform..", "io.jifen.fake..", "io.jifen.local..")
                .should()
                .callMethodWhere(readsTheSystemsTime())
                .check(JIFEN);
    }

    /** A retry inside of a transaction is a retry in one that is already lost. */
    @Test
    void nothing_is_retried_inside_its_own_transaction() {
        noMethods()
                .that()
                .areAnnotatedWith(Retry.class)
                .should()
                .beAnnotatedWith(Transactional.class)
                .allowEmptyShould(true)
                .check(JIFEN);
    }

    /** What a Response carries is known at run time only, and missing in a native image. */
    @Test
    void resources_say_what_they_return() {
        noMethods()
                .that()
                .areDeclaredInClassesThat()
                .areAnnotatedWith(Path.class)
                .should()
                .haveRawReturnType(Response.class)
                .check(JIFEN);
    }

    private static ArchCondition<JavaClass> notUseOfOtherRooms(String what, Predicate<JavaClass> isOne) {
        return new ArchCondition<>("not use " + what + " of other rooms") {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                    JavaClass used = dependency.getTargetClass();
                    if (isOurs(used)
                            && isOne.test(used)
                            && !used.getPackageName().equals(user.getPackageName())) {
                        events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean isOurs(JavaClass used) {
        return used.getPackageName().startsWith("io.jifen");
    }

    private static DescribedPredicate<JavaMethodCall> readsTheSystemsTime() {
        return DescribedPredicate.describe("reads the system's time", call -> {
            JavaClass owner = call.getTargetOwner();
            String method = call.getName();
            boolean now = method.equals("now")
                    && owner.isAssignableTo(Temporal.class)
                    && call.getTarget().getRawParameterTypes().stream()
                            .noneMatch(type -> type.isAssignableTo(Clock.class));
            boolean systemClock = owner.isEquivalentTo(Clock.class) && method.startsWith("system");
            boolean millis = owner.isEquivalentTo(System.class) && method.equals("currentTimeMillis");
            return now || systemClock || millis;
        });
    }

    private static String text(java.nio.file.Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
