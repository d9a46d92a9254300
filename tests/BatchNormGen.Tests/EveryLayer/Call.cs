using System.Numerics.Tensors;
using System.Reflection;
using System.Reflection.Emit;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>
/// A generated method as a delegate over objects: a <see cref="Place"/> or null for a span, an array of one element for what is
/// <c>out</c>, and else what it takes. Reflection cannot pass spans. A call allocates nothing but a result.
/// </summary>
internal sealed class Call
{
    private readonly Func<object?[], object?> invoke;

    public Call(MethodInfo method)
    {
        Method = method;
        Parameters = method.GetParameters();
        var dynamic = new DynamicMethod(method.Name, typeof(object), [typeof(object[])], typeof(Call).Module, skipVisibility: true);
        var code = dynamic.GetILGenerator();
        foreach (var parameter in Parameters)
        {
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldc_I4, parameter.Position);
            code.Emit(OpCodes.Ldelem_Ref);
            var type = parameter.ParameterType;
            if (type.IsByRef)
            {
                code.Emit(OpCodes.Castclass, type.GetElementType()!.MakeArrayType());
                code.Emit(OpCodes.Ldc_I4_0);
                code.Emit(OpCodes.Ldelema, type.GetElementType()!);
            }
            else if (IsSpan(type))
            {
                code.Emit(OpCodes.Castclass, typeof(Place));
                string maker = type.GetGenericTypeDefinition() == typeof(TensorSpan<>) ? nameof(Place.Writing) : nameof(Place.Reading);
                code.Emit(OpCodes.Call, typeof(Place).GetMethod(maker)!.MakeGenericMethod(type.GetGenericArguments()));
            }
            else
            {
                code.Emit(OpCodes.Unbox_Any, type);
            }
        }

        code.Emit(OpCodes.Call, method);
        if (method.ReturnType == typeof(void))
        {
            code.Emit(OpCodes.Ldnull);
        }
        else if (method.ReturnType.IsValueType)
        {
            code.Emit(OpCodes.Box, method.ReturnType);
        }

        code.Emit(OpCodes.Ret);
        invoke = dynamic.CreateDelegate<Func<object?[], object?>>();
    }

    public MethodInfo Method { get; }

    public ParameterInfo[] Parameters { get; }

    public static bool IsSpan(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() is var definition && (definition == typeof(TensorSpan<>) || definition == typeof(ReadOnlyTensorSpan<>));

    public object? Invoke(params object?[] arguments) => invoke(arguments);
}
