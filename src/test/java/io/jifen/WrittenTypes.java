package io.jifen;

import com.tngtech.archunit.core.domain.JavaClass;
import io.jifen.audit.Act;
import io.jifen.platform.Json;
import io.jifen.risk.Risk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.LocalVariableInfo;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Of which types a class writes JSON, or hands it over to be written: the call itself takes any object, so it is the type of what the
 * instruction before it leaves on the stack. What comes out of a condition, or is an object to its writer as well, stays
 * unknown.
 */
final class WrittenTypes {

    /** Calls whose last argument is written as JSON, there and then or later. */
    private static final Set<String> WRITING = Set.of(
            Json.class.getName() + ".text",
            Json.class.getName() + ".bytes",
            Act.class.getName() + ".from",
            Act.class.getName() + ".to",
            Risk.class.getName() + ".watchRequest");

    private WrittenTypes() {}

    /** Their binary names. */
    static List<String> of(JavaClass writer) {
        List<String> types = new ArrayList<>();
        for (MethodModel method : ClassFile.of().parse(bytes(writer)).methods()) {
            method.code().ifPresent(code -> addTo(types, code));
        }
        return types;
    }

    private static byte[] bytes(JavaClass type) {
        try {
            return Files.readAllBytes(Path.of(type.getSource().orElseThrow().getUri()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addTo(List<String> types, CodeModel code) {
        List<LocalVariableInfo> variables = code.findAttribute(Attributes.localVariableTable())
                .map(table -> table.localVariables())
                .orElse(List.of());
        Instruction before = null;
        int position = 0;
        int positionBefore = 0;
        for (CodeElement element : code) {
            if (element instanceof Instruction instruction) {
                if (isWriting(instruction)) {
                    left(before, positionBefore, variables)
                            .map(type -> type.packageName() + "." + type.displayName())
                            .ifPresent(types::add);
                }
                before = instruction;
                positionBefore = position;
                position += instruction.sizeInBytes();
            }
        }
    }

    private static boolean isWriting(Instruction instruction) {
        return instruction instanceof InvokeInstruction call
                && WRITING.contains(call.owner().asInternalName().replace('/', '.') + "." + call.name());
    }

    private static Optional<ClassDesc> left(
            @Nullable Instruction instruction, int position, List<LocalVariableInfo> variables) {
        return switch (instruction) {
            case InvokeInstruction call
            when call.name().equalsString("<init>") -> Optional.of(call.owner().asSymbol());
            case InvokeInstruction call -> Optional.of(call.typeSymbol().returnType());
            case FieldInstruction field -> Optional.of(field.typeSymbol());
            case TypeCheckInstruction cast -> Optional.of(cast.type().asSymbol());
            case LoadInstruction load ->
                variables.stream()
                        .filter(variable -> variable.slot() == load.slot()
                                && variable.startPc() <= position
                                && position < variable.startPc() + variable.length())
                        .map(LocalVariableInfo::typeSymbol)
                        .findFirst();
            case null, default -> Optional.empty();
        };
    }
}
