namespace Peregrine.Rules;

/// <summary>Why a rule file did not load.</summary>
public enum LoadErrorCode : byte
{
    FileRead,
    YamlParse,
    YamlValidate,
    CompileCondition,
    CompileOutput,
    Validate,
    Extension,
}

/// <summary>The names and texts of the codes, which scripts around rule files look for.</summary>
public static class LoadErrorCodes
{
    public static string Code(LoadErrorCode code) => code switch
    {
        LoadErrorCode.FileRead => "LOAD_ERR_FILE_READ",
        LoadErrorCode.YamlParse => "LOAD_ERR_YAML_PARSE",
        LoadErrorCode.YamlValidate => "LOAD_ERR_YAML_VALIDATE",
        LoadErrorCode.CompileCondition => "LOAD_ERR_COMPILE_CONDITION",
        LoadErrorCode.CompileOutput => "LOAD_ERR_COMPILE_OUTPUT",
        LoadErrorCode.Validate => "LOAD_ERR_VALIDATE",
        _ => "LOAD_ERR_EXTENSION",
    };

    public static string Text(LoadErrorCode code) => code switch
    {
        LoadErrorCode.FileRead => "File read error",
        LoadErrorCode.YamlParse => "YAML parse error",
        LoadErrorCode.YamlValidate => "Error validating internal structure of YAML file",
        LoadErrorCode.CompileCondition => "Error compiling condition",
        LoadErrorCode.CompileOutput => "Error compiling output",
        LoadErrorCode.Validate => "Error validating rule/macro/list/exception objects",
        _ => "Error in extension item",
    };
}
