package io.jifen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.jifen.platform.Json;
import io.jifen.risk.Approvable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a native executable would lack, seen without building one: there it is a null, a {@code {}} or a 500. */
class NativeTest {

    private static final JavaClasses JIFEN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.jifen");

    private static final Path RESOURCES = Path.of("src", "main", "resources");

    /** Of a REST method Quarkus sees the types itself; what we hand to Jackson ourselves, it does not. */
    @Test
    void what_is_read_from_json_is_registered() {
        classes()
                .that(callJson())
                .should(new ArchCondition<>("read records that are registered for reflection") {
                    @Override
                    public void check(JavaClass reader, ConditionEvents events) {
                        reader.getReferencedClassObjects().stream()
                                .map(reference -> reference.getRawType())
                                .filter(NativeTest::isOurs)
                                .filter(type -> !isRegistered(type))
                                .forEach(type -> events.add(SimpleConditionEvent.violated(
                                        type, reader.getName() + " reads " + type.getName() + ", which is not")));
                    }
                })
                .check(JIFEN);
    }

    @Test
    void what_is_written_as_json_is_registered() {
        List<String> missing = new ArrayList<>();
        List<String> written = new ArrayList<>();
        for (JavaClass writer : JIFEN) {
            for (String name : WrittenTypes.of(writer)) {
                written.add(name);
                if (JIFEN.contain(name) && isOurs(JIFEN.get(name)) && !isRegistered(JIFEN.get(name))) {
                    missing.add(writer.getName() + " writes " + name + ", which is not");
                }
            }
        }

        assertThat(written).hasSizeGreaterThan(5);
        assertThat(missing).isEmpty();
    }

    @Test
    void what_a_registered_record_holds_is_registered_as_well() {
        classes()
                .that()
                .areAnnotatedWith(RegisterForReflection.class)
                .should(new ArchCondition<>("hold records that are registered for reflection") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getFields().stream()
                                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                                .flatMap(field -> field.getType().getAllInvolvedRawTypes().stream())
                                .filter(NativeTest::isOurs)
                                .filter(held -> !isRegistered(held))
                                .forEach(held -> events.add(SimpleConditionEvent.violated(
                                        type, type.getName() + " holds " + held.getName() + ", which is not")));
                    }
                })
                .check(JIFEN);
    }

    /**
     * Settings, migrations and services are taken into the executable by Quarkus; any other file has to be named by
     * {@code quarkus.native.resources.includes}.
     */
    @Test
    void resources_are_those_that_quarkus_takes_in() throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> RESOURCES.relativize(file).toString().replace('\\', '/')))
                    .isNotEmpty()
                    .allMatch(name -> name.equals("application.properties")
                            || name.matches("db/migration/V[0-9_]+__\\w+\\.sql")
                            || name.startsWith("META-INF/services/io.smallrye.config."));
        }
    }

    private static DescribedPredicate<JavaClass> callJson() {
        return DescribedPredicate.describe("read JSON", type -> type.getMethodCallsFromSelf().stream()
                .anyMatch(call -> isCall(call, Json.class, "parse")
                        || isCall(call, Approvable.Asked.class, "request")
                                && call.getTarget().getRawParameterTypes().size() == 2));
    }

    private static boolean isCall(JavaAccess<?> call, Class<?> of, String name) {
        return call.getTargetOwner().isEquivalentTo(of) && call.getName().equals(name);
    }

    /** Enums are there anyway. */
    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith("io.jifen") && type.isRecord();
    }

    private static boolean isRegistered(JavaClass type) {
        return type.isAnnotatedWith(RegisterForReflection.class);
    }
}
